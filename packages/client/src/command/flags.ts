import { UsageError, type Flag } from './command.ts';

export const outputFlag = {
  type: 'string',
  short: 'o',
  value: 'json|text',
  help: 'how to print the result; text unless given',
} as const satisfies Flag;

export const labelFlag = (help: string) =>
  ({ type: 'string', multiple: true, value: '<key=value>', help }) as const satisfies Flag;

/** The value when it is one of the names, undefined when the flag was not given. */
export function oneOf<Name extends string>(
  flag: string,
  value: string | undefined,
  names: Readonly<Record<Name, true>>,
): Name | undefined {
  if (value === undefined) return undefined;
  if (Object.hasOwn(names, value)) return value as Name;
  throw new UsageError(`--${flag} is "${value}"; it must be one of ${Object.keys(names).join(', ')}.`);
}

export function wantsJson(value: string | undefined): boolean {
  return oneOf('output', value, { json: true, text: true }) === 'json';
}

export function readLabels(given: readonly string[] = []): Record<string, string> {
  const pairs = given.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`--label is "${text}"; write it as key=value.`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return Object.fromEntries(pairs);
}
