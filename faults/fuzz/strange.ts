import type { Random } from './random.ts';

/** Names that every object of the language inherits, or that change one. */
export const inheritedNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'toJSON',
  'then',
  'length',
] as const;

export const strangeTexts: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud83d',
  'a\udc00b',
  '\u{1f9ed}',
  '𝔰𝔦𝔤𝔫𝔰',
  'e\u0301\u0301\u0301\u0301',
  '\u202egnp.exe',
  '\ufeffbom',
  '\u2028\u2029',
  '\uffff\ufffe',
  '..',
  '../../etc/passwd',
  '/',
  '\\',
  ':',
  'a:b',
  '{baton}:goal:x',
  '*',
  '%00',
  '%2f..%2f',
  '\r\nx-injected: 1\r\n\r\n',
  "' OR 1=1 --",
  '${7*7}{{7*7}}',
  '<script>alert(1)</script>',
  'null',
  'NaN',
  '-1',
  '0',
  '1e999',
  '9007199254740993',
  'true',
  ...inheritedNames,
];

export function strangeText(random: Random): string {
  if (random.chance(0.6)) return random.pick(strangeTexts);
  const unit = random.pick([
    'a',
    'Z',
    '-',
    '\u00e9',
    '\u4e2d',
    '\u{1f600}',
    '\ud800',
    '\0',
    '"',
    '\\',
    '%',
    ' ',
  ]);
  return unit.repeat(random.pick([1, 2, 63, 64, 65, 255, 257, 1_000, 5_000]));
}

const RAW = /"@raw:([^"@]*)@"/g;

/** A place in a value where {@link jsonText} writes this text as it is, such as `1e999`. */
export function raw(text: string): string {
  return `@raw:${text}@`;
}

export function jsonText(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replaceAll(RAW, (_match, text: string) => text);
}

/** An own property of any name, `__proto__` too. */
export function record(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries);
}

export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';

const valuesOf: Readonly<Record<JsonType, readonly unknown[]>> = {
  string: ['', 'text', '5', 'true', 'null', '[]', '\ud800', '\0', '__proto__'],
  number: [
    0,
    1,
    -1,
    1.5,
    raw('-0'),
    raw('1e999'),
    raw('-1e999'),
    raw('9007199254740993'),
    raw('1e-400'),
    1e21,
  ],
  boolean: [true, false],
  null: [null],
  array: [[], [null], [[]], [[[[[[]]]]]], ['text'], [1, 2, 3], [{}]],
  object: [
    {},
    { a: 1 },
    { length: 3 },
    { length: -1, 0: 'x' },
    { toString: null, valueOf: null },
    record([['__proto__', { polluted: true }]]),
    { constructor: { prototype: { polluted: true } } },
    record([['then', 'x']]),
    { type: 'Buffer', data: [1, 2] },
  ],
};

export function valueOfType(random: Random, type: JsonType): unknown {
  return random.pick(valuesOf[type]);
}

/** A name that is almost the given one. */
export function nearlyRight(random: Random, name: string): string {
  const at = random.int(0, Math.max(0, name.length - 1));
  const kinds = [
    name.slice(0, at) + name.slice(at + 1),
    `${name}s`,
    ` ${name}`,
    `${name}\0`,
    name.slice(0, at) + (name[at] ?? '') + name.slice(at),
    name.toUpperCase(),
    `${name.slice(0, at)}\u0131${name.slice(at + 1)}`,
    `${name}\u200b`,
  ];
  return random.pick(kinds.filter((kind) => kind !== name));
}

/** What a header's value may hold: no line ends, no NUL, one byte per character. */
export function headerText(text: string): string {
  return text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '\xff');
}

/** What the target of a request line may hold. */
export function targetText(text: string): string {
  return headerText(text).replaceAll(/[\t ]/g, '\xff');
}
