import { parseArgs } from 'node:util';
import type { BatonClient } from '../client.ts';
import { reasonOf } from '../errors.ts';
import type { TextOutput } from '../view/text-output.ts';

/** The command line can not be obeyed: what is wrong with it, and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  /** What stands for the value in the help, such as `<file>`. */
  readonly value?: string;
  readonly help: string;
}
export type Flags = Readonly<Record<string, Flag>>;

type FlagValue<One extends Flag> = One extends { type: 'boolean' }
  ? boolean
  : One extends { multiple: true }
    ? readonly string[]
    : string;
export type FlagValues<All extends Flags> = { readonly [Name in keyof All]?: FlagValue<All[Name]> };

/** All that a command acts on. */
export interface CommandContext {
  readonly client: BatonClient;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** Aborted by an `Interruption`. */
  readonly signal: AbortSignal;
  /** Ms since the epoch. */
  readonly now: () => number;
  /** Flags that another `baton` needs to ask the same server, or an empty text. */
  readonly sameServer: string;
}

export interface Invocation {
  /** The server asked for by `--url`. */
  readonly url: string | null;
  /** Resolves to the exit code. */
  run(context: CommandContext): Promise<number>;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  /** What the arguments ask for; throws a {@link UsageError}. */
  read(args: readonly string[]): Invocation | 'help';
}

interface Definition<Own extends Flags> {
  readonly name: string;
  /** The arguments besides flags, such as `<id>`; empty for none. */
  readonly operands: string;
  readonly summary: string;
  readonly flags: Own;
  /** Turns checked arguments into work; throws a {@link UsageError}. */
  prepare(values: FlagValues<Own>, operands: readonly string[]): (context: CommandContext) => Promise<number>;
}

const everywhere = {
  url: { type: 'string', value: '<address>', help: 'the server; else BATON_URL, else http://127.0.0.1:3000' },
  help: { type: 'boolean', short: 'h', help: 'print this' },
} as const satisfies Flags;

export function defineCommand<const Own extends Flags>(definition: Definition<Own>): Command {
  const { name, summary } = definition;
  const flags = { ...definition.flags, ...everywhere };
  return {
    name,
    summary,
    help: helpText(definition, flags),
    read(args) {
      const { values, positionals } = parse(args, flags);
      if (values.help) return 'help';
      const run = definition.prepare(values as FlagValues<Own>, positionals);
      return { url: values.url ?? null, run };
    },
  };
}

function parse(
  args: readonly string[],
  flags: Flags,
): { values: FlagValues<typeof everywhere>; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { type, short, multiple = false }]) => [
      name,
      { type, multiple, ...(short !== undefined && { short }) },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [reason = ''] = reasonOf(error).split('. ', 1);
    const known = Object.keys(flags).map((name) => `--${name}`);
    const remedy = reason.startsWith('Unknown option') ? `. Known: ${known.join(', ')}` : '';
    throw new UsageError(`${reason}${remedy}.`, { cause: error });
  }
}

function helpText({ name, operands, summary }: Definition<Flags>, flags: Flags): string {
  const rows = Object.entries(flags).map(([flag, { short, value, help, multiple }]) => [
    `${short === undefined ? '    ' : `-${short}, `}--${flag}${value === undefined ? '' : ` ${value}`}`,
    multiple === true ? `${help}; may be repeated` : help,
  ]);
  const width = Math.max(...rows.map(([left = '']) => left.length));
  const options = rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`);
  const synopsis = ['baton', name, operands, '[flags]'].filter((part) => part !== '').join(' ');
  return `${synopsis}\n\n${summary}\n\n${options.join('\n')}\n`;
}

/** The one operand that a command takes. */
export function onlyOperand(operands: readonly string[], what: string): string {
  const [first, ...more] = operands;
  if (first === undefined) throw new UsageError(`Name ${what}.`);
  if (more.length > 0)
    throw new UsageError(`Name ${what} and nothing else; "${more.join(' ')}" is too much.`);
  return first;
}

/** Refuses operands where a command takes none. */
export function noOperands(operands: readonly string[]): void {
  if (operands.length > 0)
    throw new UsageError(`"${operands.join(' ')}" is too much: only flags belong here.`);
}
