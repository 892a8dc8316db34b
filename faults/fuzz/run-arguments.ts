import { parseArgs } from 'node:util';

export interface RunArguments {
  readonly count: number;
  readonly seed: number;
  /** The one case to send, by its index. */
  readonly only: number | null;
  /** Where the figures go as JSON. */
  readonly json: string | null;
}

const SHORT = 3_000;
const FULL = 50_000;
const MOST_SEED = 2 ** 31 - 1;

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new RangeError(`--${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}

/** `--count n` (50,000), `--short` (3,000), `--seed n` or SEED (any), `--only index`, `--json file`. */
export function readArguments(
  argumentList: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  anySeed: () => number,
): RunArguments {
  const { values } = parseArgs({
    args: [...argumentList],
    options: {
      count: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'string' },
      short: { type: 'boolean', default: false },
    },
  });
  const seed = values.seed ?? environment['SEED'] ?? '';
  return {
    count:
      values.count === undefined
        ? values.short
          ? SHORT
          : FULL
        : wholeNumber('count', values.count, 1, 10_000_000),
    seed: seed === '' ? anySeed() : wholeNumber('seed', seed, 0, MOST_SEED),
    only: values.only === undefined ? null : wholeNumber('only', values.only, 0, 10_000_000),
    json: values.json ?? null,
  };
}
