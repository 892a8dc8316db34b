import { InvalidArgumentError, Option, type Command, type OptionValues } from '@commander-js/extra-typings';

export const DEFAULT_URL = 'http://127.0.0.1:3000';

export function outputOption() {
  return new Option('-o, --output <format>', 'how to print the result')
    .choices(['text', 'json'])
    .default('text');
}

export function urlOption() {
  return new Option('--url <address>', `the server; else BATON_URL, else ${DEFAULT_URL}`);
}

/** The names, of which the compiler checks that none is left out. */
export function namesOf<Name extends string>(names: Readonly<Record<Name, true>>): readonly Name[] {
  return Object.keys(names) as Name[];
}

/** A command with more flags. Their types are said, since working out those of many takes the compiler minutes. */
export type Flagged<Flags, Args extends unknown[], Given extends OptionValues> = Command<Args, Given & Flags>;

/** Reads whole numbers of a range. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** Reads numbers from 0 to 1. */
export function fraction(text: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}

/** For a flag that may be repeated. */
export function collect(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** For `--label <key=value>`, which may be repeated. */
export function collectLabels(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as key=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
