import { parseArgs } from 'node:util';

export interface RunArguments {
  /** Only the mutants whose name holds this text, or null for all. */
  readonly only: string | null;
  /** Only the quick ones. */
  readonly short: boolean;
  /** Labs in use at a time. */
  readonly lanes: number;
}

const LANES = 2;
const MOST_LANES = 8;

/** `--only text`, `--short`, `--lanes n` (2). */
export function readArguments(argumentList: readonly string[]): RunArguments {
  const { values } = parseArgs({
    args: [...argumentList],
    options: {
      only: { type: 'string' },
      short: { type: 'boolean', default: false },
      lanes: { type: 'string', default: String(LANES) },
    },
  });
  const lanes = Number(values.lanes);
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > MOST_LANES) {
    throw new RangeError(`--lanes must be a whole number from 1 to ${MOST_LANES}, not "${values.lanes}".`);
  }
  return { only: values.only ?? null, short: values.short, lanes };
}
