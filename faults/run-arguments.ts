import { parseArgs } from 'node:util';

export interface RunArguments {
  /** Names of the scenarios to run; all of them when there is none. */
  readonly scenarios: readonly string[];
  readonly seed: number;
  /** Less of everything, in a few minutes. */
  readonly short: boolean;
  readonly only: string | undefined;
  /** Baton's built files, when they are not the repository's. */
  readonly root: string | undefined;
  /** An older build that is upgraded to the other. */
  readonly from: string | undefined;
  /** Where the reports are written to as JSON. */
  readonly json: string | undefined;
  /** What a scenario takes beside these, by name; absent where its own default holds. */
  readonly numbers: Readonly<Partial<Record<NumberName, number>>>;
}

const numberNames = [
  'seeds',
  'sample',
  'schedules',
  'goals',
  'tasks',
  'fault-every',
  'open',
  'longest',
  'keys',
  'lanes',
  'losses',
  'rounds',
] as const;
type NumberName = (typeof numberNames)[number];

export const usage = `Usage: npm run test:faults -- [scenario…] [options]
  scenarios            matrix tools batches schedules continuous idempotency rolling redis power model; all unless named
  --short              less of everything, in a few minutes
  --seed <n>           what random choices begin with, 1 unless given; also SEED
  --only <text>        only the cases whose name holds the text
  --json <file>        also writes the reports there
  --lanes <n>          labs in use at a time
  --root <folder>      Baton's built files, instead of this checkout's
  matrix               --seeds <n> (3), --sample <n> of its cases
  tools                --seeds <n> (5), of the matrix's cases those in which tools are used
  batches              --seeds <n> (5), of the matrix's cases those in which calls go through batches
  schedules            --schedules <n> (200)
  continuous           --goals <n> (2000) --tasks <n> (10, of each goal) --fault-every <ms> (7000)
                       --open <n> goals at a time (24) --longest <ms> (1800000)
  idempotency          --keys <n> (20)
  rolling              --rounds <n> (2), --from <folder>: an older build, which the first round upgrades
  power                --losses <n> (100), for each way to acknowledge goals
`;

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least)
    throw new RangeError(`--${name} is "${text}": give a whole number of at least ${least}.`);
  return value;
}

/** Throws an error that says what is wrong. */
export function readArguments(
  argumentList: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): RunArguments {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...argumentList],
    allowPositionals: true,
    options: {
      short: { type: 'boolean', default: false },
      seed: text,
      only: text,
      root: text,
      from: text,
      json: text,
      ...(Object.fromEntries(numberNames.map((name) => [name, text])) as Record<NumberName, typeof text>),
    },
  });
  const numbers = Object.fromEntries(
    numberNames.flatMap((name) => {
      const given = values[name];
      return given === undefined ? [] : [[name, wholeNumber(name, given, 1)] as const];
    }),
  );
  return {
    scenarios: positionals,
    seed: wholeNumber('seed', values.seed ?? environment['SEED'] ?? '1', 0),
    short: values.short,
    only: values.only,
    root: values.root,
    from: values.from,
    json: values.json,
    numbers,
  };
}
