/**
 * The content type of a file, guessed from its name as Python's module `mimetypes` does, which the AWS CLI asks: Python
 * Standard Library, mimetypes. The tables are Python 3.13's. Files of the system that have the format of Apache's
 * mime.types add to them.
 */

import { existsSync, readFileSync } from 'node:fs';

/** The type of a file by its name; undefined if it is not known. */
export type ContentTypeOf = (path: string) => string | undefined;

/**
 * What a path's extension stands for. The type of a compressed file is that of what is in it: `a.tar.gz` is an
 * application/x-tar, and `a.gz` might be anything.
 * @param tables those of the system, in the format of Apache's mime.types; a later one overrides an earlier one
 */
export function contentTypes(tables: readonly string[] = systemTables()): ContentTypeOf {
  const types = typesIn([usualTypes, ...tables]);
  return (path) => {
    let [rest, extension] = splitExtension(path);
    for (;;) {
      const longer = longerForms.get(extension.toLowerCase());
      if (longer === undefined) break;
      [rest, extension] = splitExtension(`${rest}${longer}`);
    }
    if (compressions.has(extension)) extension = splitExtension(rest)[1];
    return types.get(extension.toLowerCase());
  };
}

/** The path and its extension with the dot. The dots that a name begins with are part of the name. */
function splitExtension(path: string): readonly [string, string] {
  const [, rest, extension] = /^((?:.*\/)?\.*[^./][^/]*)(\.[^./]*)$/s.exec(path) ?? [];
  return rest === undefined || extension === undefined ? [path, ''] : [rest, extension];
}

/** Extensions that stand for two. */
const longerForms: ReadonlyMap<string, string> = new Map([
  ['.svgz', '.svg.gz'],
  ['.taz', '.tar.gz'],
  ['.tbz2', '.tar.bz2'],
  ['.tgz', '.tar.gz'],
  ['.txz', '.tar.xz'],
  ['.tz', '.tar.gz'],
]);

/** The extensions of compressed files, in this case only. */
const compressions: ReadonlySet<string> = new Set(['.Z', '.br', '.bz2', '.gz', '.xz']);

/** Where systems keep such a table, in the order in which Python reads them; a later one overrides. */
const systemFiles = [
  '/etc/mime.types',
  '/etc/httpd/mime.types',
  '/etc/httpd/conf/mime.types',
  '/etc/apache/mime.types',
  '/etc/apache2/mime.types',
  '/usr/local/etc/httpd/conf/mime.types',
  '/usr/local/lib/netscape/mime.types',
  '/usr/local/etc/mime.types',
] as const;

function systemTables(): string[] {
  return systemFiles.filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8'));
}

/** Types by extension. A line of a table is a type and its extensions. */
function typesIn(tables: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of tables.flatMap((table) => table.split('\n'))) {
    const [type = '', ...extensions] = line
      .replace(/(^|\s)#.*/, '')
      .trim()
      .split(/\s+/);
    for (const extension of extensions) found.set(`.${extension}`, type);
  }
  return found;
}

const usualTypes = `application/json json
application/manifest+json webmanifest
application/msword doc dot wiz
application/n-quads nq
application/n-triples nt
application/octet-stream a bin dll exe o obj so
application/oda oda
application/pdf pdf
application/pkcs7-mime p7c
application/postscript ai eps ps
application/trig trig
application/vnd.apple.mpegurl m3u m3u8
application/vnd.ms-excel xlb xls
application/vnd.ms-powerpoint pot ppa pps ppt pwz
application/wasm wasm
application/x-bcpio bcpio
application/x-cpio cpio
application/x-csh csh
application/x-dvi dvi
application/x-gtar gtar
application/x-hdf hdf
application/x-hdf5 h5
application/x-latex latex
application/x-mif mif
application/x-netcdf cdf nc
application/x-pkcs12 p12 pfx
application/x-pn-realaudio ram
application/x-python-code pyc pyo
application/x-sh sh
application/x-shar shar
application/x-shockwave-flash swf
application/x-sv4cpio sv4cpio
application/x-sv4crc sv4crc
application/x-tar tar
application/x-tcl tcl
application/x-tex tex
application/x-texinfo texi texinfo
application/x-troff roff t tr
application/x-troff-man man
application/x-troff-me me
application/x-troff-ms ms
application/x-ustar ustar
application/x-wais-source src
application/xml rdf wsdl xpdl xsl
application/zip zip
audio/3gpp 3gp 3gpp
audio/3gpp2 3g2 3gpp2
audio/aac aac adts ass loas
audio/basic au snd
audio/mpeg mp2 mp3
audio/opus opus
audio/x-aiff aif aifc aiff
audio/x-pn-realaudio ra
audio/x-wav wav
image/avif avif
image/bmp bmp
image/gif gif
image/heic heic
image/heif heif
image/ief ief
image/jpeg jpe jpeg jpg
image/png png
image/svg+xml svg
image/tiff tif tiff
image/vnd.microsoft.icon ico
image/webp webp
image/x-cmu-raster ras
image/x-portable-anymap pnm
image/x-portable-bitmap pbm
image/x-portable-graymap pgm
image/x-portable-pixmap ppm
image/x-rgb rgb
image/x-xbitmap xbm
image/x-xpixmap xpm
image/x-xwindowdump xwd
message/rfc822 eml mht mhtml nws
text/css css
text/csv csv
text/html htm html
text/javascript js mjs
text/markdown markdown md
text/n3 n3
text/plain bat c h ksh pl srt txt
text/richtext rtx
text/rtf rtf
text/tab-separated-values tsv
text/vtt vtt
text/x-python py
text/x-rst rst
text/x-setext etx
text/x-sgml sgm sgml
text/x-vcard vcf
text/xml xml
video/mp4 mp4
video/mpeg m1v mpa mpe mpeg mpg
video/quicktime mov qt
video/webm webm
video/x-msvideo avi
video/x-sgi-movie movie`;
