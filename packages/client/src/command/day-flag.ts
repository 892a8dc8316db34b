import { InvalidArgumentError } from '@commander-js/extra-typings';

/** For `--from <day>` and `--to <day>`. */
export function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('Write a day as 2026-03-02.');
}
