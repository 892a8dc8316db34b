import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';

export interface Candidate {
  readonly value: string;
  /** Empty for none. */
  readonly description: string;
}

/** What may stand where the cursor is. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  /** The shell is to add what it knows: ids of goals come from the server, names of files from the shell. */
  readonly also: 'goals' | 'files' | null;
}

const nothing: Completion = { candidates: [], also: null };

/** Operands of this name, and flags whose value has this name, are completed by more than a list. */
const GOAL_ID = 'id';
const FILE_VALUES: ReadonlySet<string> = new Set(['file', 'text|@file', 'text|@file|-']);

/**
 * What may come next on a command line of `program`.
 * @param words those after the program's name, of which the last is the one at the cursor, as far as it is typed
 */
export function complete(program: CommandUnknownOpts, words: readonly string[]): Completion {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const { command, operands, awaited, isLiteral } = walk(program, before);
  if (awaited) return valuesOf(awaited, current, '');
  if (!isLiteral && current.startsWith('--') && current.includes('=')) {
    const [flag, value] = splitOnce(current);
    const option = findOption(command, flag);
    return option ? valuesOf(option, value, `${flag}=`) : nothing;
  }
  if (!isLiteral && current.startsWith('-')) return starting(current, flagsOf(command));
  const subcommands = visibleCommands(command);
  if (subcommands.length > 0) return operands === 0 ? starting(current, subcommands) : nothing;
  const declared = command.registeredArguments;
  const argument = declared[operands] ?? (declared.at(-1)?.variadic ? declared.at(-1) : undefined);
  if (argument?.name() === GOAL_ID) return { candidates: [], also: 'goals' };
  return starting(
    current,
    (argument?.argChoices ?? []).map((value) => ({ value, description: '' })),
  );
}

interface Place {
  readonly command: CommandUnknownOpts;
  /** Operands before the cursor. */
  readonly operands: number;
  /** The flag whose value the cursor is at. */
  readonly awaited: Option | null;
  /** After `--`, where nothing is a flag. */
  readonly isLiteral: boolean;
}

function walk(program: CommandUnknownOpts, words: readonly string[]): Place {
  let command = program;
  let operands = 0;
  let awaited: Option | null = null;
  let isLiteral = false;
  for (const word of words) {
    if (awaited) awaited = null;
    else if (isLiteral) operands += 1;
    else if (word === '--') isLiteral = true;
    else if (word.startsWith('-') && word !== '-') awaited = takesNext(findOption(command, word));
    else {
      const next: CommandUnknownOpts | undefined = command.commands.find((one) => one.name() === word);
      if (next) command = next;
      else operands += 1;
    }
  }
  return { command, operands, awaited, isLiteral };
}

function takesNext(option: Option | undefined): Option | null {
  return option?.required ? option : null;
}

function findOption({ options }: CommandUnknownOpts, flag: string): Option | undefined {
  return options.find(({ short, long }) => flag === short || flag === long);
}

function splitOnce(text: string): [flag: string, value: string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

function valuesOf({ argChoices, flags }: Option, typed: string, prefix: string): Completion {
  const name = /<(?<name>.*)>$/.exec(flags)?.groups?.['name'] ?? '';
  if (FILE_VALUES.has(name)) return { candidates: [], also: 'files' };
  const values = (argChoices ?? []).filter((value) => value.startsWith(typed));
  return { candidates: values.map((value) => ({ value: prefix + value, description: '' })), also: null };
}

function visibleCommands(command: CommandUnknownOpts): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), description: one.summary() || one.description() }));
}

function flagsOf(command: CommandUnknownOpts): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', description }));
}

function starting(typed: string, candidates: readonly Candidate[]): Completion {
  return { candidates: candidates.filter(({ value }) => value.startsWith(typed)), also: null };
}
