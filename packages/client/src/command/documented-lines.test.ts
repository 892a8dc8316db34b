import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { baton } from '../testing/baton-command.ts';
import { fakePipe } from '../testing/fake-terminal.ts';
import type { Actions } from './context.ts';
import { createProgram } from './program.ts';

/** Parses only: throws where the command would refuse its command line. */
async function parse(words: readonly string[]): Promise<void> {
  const stderr = fakePipe();
  const reached: string[] = [];
  const nothing = () => async () => void reached.push('action');
  const actions = { here: nothing, onServer: nothing } as unknown as Actions;
  const program = createProgram({ stdout: fakePipe(), stderr }, actions);
  await program.parseAsync([...words], { from: 'user' }).catch(() => undefined);
  if (reached.length !== 1) throw new Error(`baton ${words.join(' ')}: ${stderr.written()}`);
}

/** The commands that a line of shell holds, each as its words. No more of the shell is known than our pages use. */
function commandsIn(line: string): string[][] {
  const inner = [...line.matchAll(/\$\((?<command>[^)]*)\)/g)].map(({ groups }) => groups?.['command'] ?? '');
  const outer = line.replaceAll(/"?\$\([^)]*\)"?/g, 'substituted');
  return [outer, ...inner].flatMap((text) => {
    const commands: string[][] = [[]];
    for (const { 0: token, groups } of text.matchAll(
      /"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<end>[|;]|&&|\s#.*$|[<>]\s*\S+)|(?<plain>[^\s|;<>"']+)/g,
    )) {
      if (groups?.['end'] !== undefined) commands.push([]);
      else commands.at(-1)?.push(groups?.['double'] ?? groups?.['single'] ?? token);
    }
    return commands;
  });
}

/** What comes after `baton` in the commands that are ours. */
function ours(text: string): string[][] {
  return text
    .split('\n')
    .flatMap(commandsIn)
    .map((words) => (words[0] === 'npx' ? words.slice(1) : words))
    .filter(([program]) => program === 'baton')
    .map((words) => words.slice(1));
}

function shellBlocks(markdown: string): string {
  return [...markdown.matchAll(/^```sh\n(?<block>[^]*?)^```/gm)]
    .map(({ groups }) => groups?.['block'] ?? '')
    .join('\n');
}

/** Lines of console blocks that are typed. */
function consoleLines(markdown: string): string {
  return [...markdown.matchAll(/^\$ (?<line>.*)$/gm)].map(({ groups }) => groups?.['line'] ?? '').join('\n');
}

/** Commands within sentences, with an id in place of `<id>`. */
function inSentences(markdown: string): string {
  return [...markdown.matchAll(/`(?<line>(?:npx )?baton [^`\n]+)`/g)]
    .map(({ groups }) => groups?.['line'] ?? '')
    .map((line) => line.replaceAll('<id>', 'goal_01h455vb4pex5vsknk084sn02q'))
    .join('\n');
}

/** As {@link parse}, of a command that need not be whole. */
async function parseMention(words: readonly string[]): Promise<void> {
  await parse(words).catch((error: Error) => {
    if (!/required option|missing required argument/.test(error.message)) throw error;
  });
}

const docs = new URL('../../../../docs/', import.meta.url);
const page = readFileSync(new URL('command.md', docs), 'utf8');
const otherPages = readdirSync(docs).filter((name) => name.endsWith('.md') && name !== 'command.md');

describe('every command line', () => {
  const lines = ours(shellBlocks(page));

  it.each(lines)('of docs/command.md is taken: %s', async (...words) => {
    await parse(words);
  });

  it('of docs/command.md was found, and a wrong one would be', async () => {
    expect(lines.length).toBeGreaterThan(25);
    await expect(parse(['run', 'x', '--no-such-flag'])).rejects.toThrow("unknown option '--no-such-flag'");
  });

  it('of the examples in help is taken', async () => {
    const names = new Set(
      lines.map(([first = '', second = '']) =>
        first === 'keys' || first === 'webhooks' ? `${first} ${second}` : first,
      ),
    );
    const helps = await Promise.all([...names].map((name) => baton([...name.split(' '), '--help'])));
    for (const { exitCode, stdout } of helps) {
      expect(exitCode).toBe(0);
      const examples = ours(stdout.split('Examples:')[1]?.replaceAll(/^ *\$ /gm, '') ?? '');
      expect(examples, stdout).not.toEqual([]);
      for (const words of examples) await parse(words);
    }
  });

  it('has a command on the page, and every command of help is there', async () => {
    const { stdout } = await baton(['--help']);
    const named = [...stdout.matchAll(/^ {2}(?<name>[a-z]+) /gm)].map(({ groups }) => groups?.['name'] ?? '');
    expect(named.length).toBeGreaterThan(15);
    const shown = new Set(lines.map(([name]) => name));
    expect(named.filter((name) => !shown.has(name) && name !== 'help')).toEqual([]);
  });
});

describe('every command line of other pages is taken', () => {
  const textOf = (name: string): string => readFileSync(new URL(name, docs), 'utf8');

  it.each(otherPages)('%s', async (name) => {
    const markdown = textOf(name);
    for (const words of ours(`${shellBlocks(markdown)}\n${consoleLines(markdown)}`)) await parse(words);
    for (const words of ours(inSentences(markdown))) await parseMention(words);
  });

  it('and wrong ones would be found', async () => {
    expect(ours(inSentences(textOf('runbook.md'))).length).toBeGreaterThan(15);
    expect(ours(inSentences('see `npx baton lisst`.'))).toEqual([['lisst']]);
    await expect(parseMention(['lisst'])).rejects.toThrow('lisst');
    await expect(parseMention(['get'])).resolves.toBeUndefined();
  });
});
