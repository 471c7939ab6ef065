/** A word of a command line that is shown to be copied. */

/** The word in single quotes if a POSIX shell would not take it as it stands. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
