import type { Command } from '@commander-js/extra-typings';
import type { Actions } from './context.ts';

/** Adds one command, or a group of them, below another. */
export type AddCommand = (parent: Command, actions: Actions) => void;

/** The headings under which commands are listed. */
export type Group = 'Goals' | 'Plans' | 'The server' | 'Keys, webhooks, shells';

export interface Description {
  /** None for a command in a group of its own. */
  readonly group?: Group;
  /** One line for the list of commands; the whole of it stands in the command's own help. */
  readonly summary: string;
  /** Paragraphs, each of any number of lines: one ends where a line ends with a full stop. */
  readonly more?: string;
  /** Whole command lines. */
  readonly examples: readonly string[];
}

/** A command below `parent`, with the help that every command has. */
export function subcommand(
  parent: Command,
  name: string,
  { group, summary, more, examples }: Description,
): Command {
  const path = pathOf(parent, name);
  const lines = examples.map((example) => `  $ ${example}`);
  const command = parent.command(name);
  if (group !== undefined) command.helpGroup(`${group}:`);
  return command
    .summary(summary)
    .description(more === undefined ? summary : `${summary}\n${paragraphs(more)}`)
    .showHelpAfterError(`See ${path} --help.`)
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** Lines are as wide as the terminal, not as the source. */
function paragraphs(text: string): string {
  return text.replaceAll(/(?<!\.)\n/g, ' ');
}

/** A command that only holds others, such as `baton keys`. */
export function commandGroup(parent: Command, name: string, group: Group, summary: string): Command {
  return parent
    .command(name)
    .helpGroup(`${group}:`)
    .description(summary)
    .helpCommand(false)
    .showHelpAfterError(`See ${pathOf(parent, name)} --help.`);
}

function pathOf(parent: Command, name: string): string {
  return parent.parent
    ? pathOf(parent.parent as Command, `${parent.name()} ${name}`)
    : `${parent.name()} ${name}`;
}
