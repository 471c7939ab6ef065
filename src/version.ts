/** The version in package.json; the build inserts it as a constant. */
export const version: string = process.env.npm_package_version ?? '0.0.0';
