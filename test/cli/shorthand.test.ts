import { expect, test } from 'vitest';
import { parseShorthand, ShorthandError } from '../../src/cli/aws-input/shorthand.ts';

// AWS CLI User Guide, "Using shorthand syntax with the AWS CLI"; each answer is what the AWS CLI's parser gives.
const table: readonly (readonly [string, unknown])[] = [
  ['a=b', { a: 'b' }],
  ['a=b,c=d', { a: 'b', c: 'd' }],
  ['a=b, c = d', { a: 'b', c: 'd' }],
  ['a=', { a: '' }],
  ['a=,c=d', { a: '', c: 'd' }],
  ['a=b,c,d', { a: ['b', 'c', 'd'] }],
  ['a=b,c,d=e', { a: ['b', 'c'], d: 'e' }],
  ['a=b,,d=e', { a: 'b', d: 'e' }],
  ['a=b=c', { a: 'b=c' }],
  ['a=[]', { a: [] }],
  ['a=[b]', { a: ['b'] }],
  ['a=[b,[c,d],{e=f}]', { a: ['b', ['c', 'd'], { e: 'f' }] }],
  ['a={}', { a: {} }],
  ['a={b=c,d=[e,f],g={h=i}}', { a: { b: 'c', d: ['e', 'f'], g: { h: 'i' } } }],
  ['a={b=,c=d}', { a: { b: '', c: 'd' } }],
  ['a=b\\,c', { a: 'b,c' }],
  ['a="b,c=d"', { a: 'b,c=d' }],
  ["a='b,c=d',e=f", { a: 'b,c=d', e: 'f' }],
  ['a="say \\"hi\\""', { a: 'say "hi"' }],
  ["a='it\\'s'", { a: "it's" }],
  ['a="C:\\\\dir\\\\"', { a: 'C:\\dir\\' }],
  ['a="C:\\dir\\"', { a: 'C:\\dir\\' }],
  ['a="b" , c=d', { a: 'b', c: 'd' }],
  ['a=two words ,c=d', { a: 'two words', c: 'd' }],
  ['aws:kms/a.b#c=d', { 'aws:kms/a.b#c': 'd' }],
  ['a=arn:aws:s3:::b/*', { a: 'arn:aws:s3:::b/*' }],
  ['a=ключ,b=鍵', { a: 'ключ', b: '鍵' }],
];

test.for(table)('%s is read as the AWS CLI reads it', ([text, value]) => {
  expect(parseShorthand(text)).toEqual(value);
});

const refusals: readonly (readonly [string, string])[] = [
  ['foo', "Expected: '=', received: 'EOF' for input:\nfoo\n   ^"],
  ['', "Expected: '=', received: 'EOF' for input:\n\n^"],
  ['a=[b', "Expected: ',', received: 'EOF' for input:\na=[b\n    ^"],
  ['a={b=c', "Expected: ',', received: 'EOF'"],
  ['a="b', "Expected: '<double quoted>', received: '<none>' for input:\na=\"b\n  ^"],
  ['a="b"c', "Expected: ',', received: 'c' for input:\na=\"b\"c\n     ^"],
  ['a=b,', "Expected: '<second>', received: '<none>'"],
  ['a=b,\nc d=e', "Expected: '=', received: 'd' for input:\na=b,\nc d=e\n  ^"],
  ['a b=c,\nd=e', "Expected: '=', received: 'b' for input:\na b=c,\n  ^\nd=e"],
  [
    'TagKey=a,TagKey=b',
    'Second instance of key "TagKey" encountered for input:\nTagKey=a,TagKey=b\n         ^\n' +
      'This is often because there is a preceding "," instead of a space.',
  ],
];

test.for(refusals)('%j is refused in the AWS CLI’s words', ([text, message]) => {
  expect(() => parseShorthand(text)).toThrow(ShorthandError);
  expect(() => parseShorthand(text)).toThrow(message);
});

test('only a key with @= has its value loaded', () => {
  const load = (text: string) => text.toUpperCase();
  expect(parseShorthand('a@=b,c=d,e={f@=g,h=i},j@=[k,l]', load)).toEqual({
    a: 'B',
    c: 'd',
    e: { f: 'G', h: 'i' },
    j: ['K', 'L'],
  });
});

test('an escaped comma after a list does not end it', () => {
  // The AWS CLI goes back to the escaped comma and loses what stood before it.
  expect(() => parseShorthand('a=b,c\\,d=e')).toThrow("received: '\\'");
});
