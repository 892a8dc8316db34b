import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLogger } from '@baton/shared/telemetry/logger';
import { defineTool } from './define-tool.ts';
import type { ToolUsingType } from './grants.ts';
import { loadTools } from './load-tools.ts';
import { testFolder, travelServer } from './testing/travel.ts';

const researcher: ToolUsingType = { type: 'researcher', tools: [] };
const writer: ToolUsingType = { type: 'writer', tools: [] };
const define = pathToFileURL(join(import.meta.dirname, 'define-tool.ts')).href;
const zod = import.meta.resolve('zod');

/** A module with tools of these names. */
function moduleOf(...names: readonly string[]): string {
  return `import { defineTool } from '${define}';
    import { z } from '${zod}';
    export default ${JSON.stringify(names)}.map((name) => defineTool({
      name, description: 'd', idempotent: true, input: z.object({}), run: () => name }));`;
}

/** Loads `tools.yaml` of a folder that holds these files. */
async function load(
  files: Readonly<Record<string, string>>,
  types: readonly ToolUsingType[] = [researcher, writer],
  environment: Readonly<Record<string, string>> = {},
) {
  const folder = testFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return loadTools({ path: join(folder, 'tools.yaml'), environment, types });
}

async function offeredTo(type: ToolUsingType, files: Readonly<Record<string, string>>) {
  const { own, web } = await (await load(files)).sourceOf(type).offered(true);
  return [...own.map(({ name }) => name), ...web];
}

it('the example is one', async () => {
  const path = new URL('../../../../examples/tools/tools.yaml', import.meta.url).pathname;
  const coder = { type: 'coder', tools: [] };
  const box = await loadTools({ path, environment: {}, types: [researcher, coder] });
  const offered = await box.sourceOf(coder).offered(true);
  expect(offered.own.map(({ name }) => name)).toEqual(['order', 'stock_of']);
});

describe('the file of tools', () => {
  it('gives worker types tools of modules, of the endpoint, and brought by themselves', async () => {
    const files = {
      'tools.yaml':
        'modules: [./mine.mjs]\nwebSearch: { maxUses: 2, allowedDomains: [a.example] }\nworkers: { researcher: [web_search, two, one] }\n',
      'mine.mjs': moduleOf('one', 'two', 'three'),
    };
    const own = defineTool({
      name: 'zoo',
      description: 'd',
      idempotent: true,
      input: z.object({}),
      run: () => '',
    });
    expect(await offeredTo({ type: 'researcher', tools: [own, 'web_fetch'] }, files)).toEqual([
      'one',
      'two',
      'zoo',
      { kind: 'web_fetch', maxUses: 5 },
      { kind: 'web_search', maxUses: 2, allowedDomains: ['a.example'] },
    ]);
    expect(await offeredTo(writer, files)).toEqual([]);
  });

  it('gives those of a server by its allow-list', async () => {
    const server = (allow: string): Record<string, string> => ({
      'tools.yaml': `servers:\n  travel:\n    command: ${process.execPath}\n    args: [${travelServer}]\n    ${allow}\nworkers: { writer: [travel/show] }\n`,
    });
    const files = server(`allow: { researcher: ['die*', look_up], '*': [show] }`);
    const box = await load(files);
    const namesFor = async (type: ToolUsingType) =>
      (await box.sourceOf(type).offered(true)).own.map(({ name }) => name);
    expect(await namesFor(researcher)).toEqual(['travel/die', 'travel/die_again', 'travel/look_up']);
    expect(await namesFor(writer)).toEqual(['travel/show']);
    await expect(box.sourceOf(researcher).offered(['travel/book'])).rejects.toThrow(
      'The worker type researcher has no tool "travel/book". It has: travel/die, travel/die_again, travel/look_up.',
    );
    await box.close();
    await expect(load(server(`allow: { '*': [] }`))).rejects.toThrow(
      'the tools of the worker type writer: "travel/show" is not among what servers.travel.allow gives this worker type',
    );
  });

  it('is refused with all that is wrong with it, at once', async () => {
    const text = `
servers:
  Bad: { command: x }
  both: { command: x, url: http://a.example, maxOutput: 5 }
  none: {}
  typo: { comand: x, url: http://a.example }
  slow: { command: x, timeout: fast }
webSearch: { allowedDomains: [a], blockedDomains: [b] }
webFetch: { maxUses: 0 }
tools: []
`;
    const problems = await load({ 'tools.yaml': text }).catch((error: Error) =>
      error.message.split('\n').slice(1),
    );
    expect(problems).toEqual([
      expect.stringMatching(/servers.Bad this name must be lower case/),
      expect.stringMatching(/webSearch must have at most one of allowedDomains/),
      '  - webFetch.maxUses must be a whole number from 1 to 100',
      expect.stringMatching(/tools is not a known field/),
      expect.stringMatching(/servers.both must have either a command/),
      '  - servers.both.maxOutput must be a whole number from 100 to 1000000',
      expect.stringMatching(/servers.none must have either a command/),
      expect.stringMatching(/servers.typo.comand is not a known field/),
      expect.stringMatching(/servers.slow.timeout must be a duration/),
    ]);
  });

  it('names variables and modules that are not there, and worker types and tools that nobody knows', async () => {
    const missing = `
servers: { a: { command: x, env: { KEY: 'Bearer \${NO_SUCH_KEY}' } } }
modules: [./absent.mjs, ./odd.mjs, ./mine.mjs, ./mine2.mjs]
`;
    const files = {
      'tools.yaml': missing,
      'odd.mjs': 'export default 7',
      'mine.mjs': moduleOf('one'),
      'mine2.mjs': moduleOf('one'),
    };
    await expect(load(files)).rejects.toThrow(
      /absent.mjs[^]*odd.mjs: its default export must be[^]*another tool "one" already[^]*servers.a.env.KEY: the variable NO_SUCH_KEY is not set/,
    );
    const unknown = `
servers: { travel: { command: x, allow: { reseacher: [] } } }
modules: [./mine.mjs]
workers: { riter: [], writer: [onee, travl/show, web_serch] }
`;
    const problems = await load({ ...files, 'tools.yaml': unknown }).catch((error: Error) => error.message);
    expect(problems).toMatch(/workers: there is no worker type "riter". Did you mean "writer"\?/);
    expect(problems).toMatch(
      /servers.travel.allow: there is no worker type "reseacher". Did you mean "researcher"\?/,
    );
    expect(problems).toMatch(/no tool "onee". Did you mean "one"\?/);
    expect(problems).toMatch(/no tool "web_serch". Did you mean "web_search"\?/);
    expect(problems).toMatch(/no MCP server "travl". Did you mean "travel"\?/);
  });

  it('takes secrets from the environment', async () => {
    const file = `servers:\n  travel:\n    command: ${process.execPath}\n    args: [${travelServer}]\n    env: { TOKEN: 'a-\${TRAVEL_KEY}-z' }\n    allow: { writer: [token] }\n`;
    const box = await load({ 'tools.yaml': file }, [researcher, writer], { TRAVEL_KEY: '1234567' });
    const [token] = (await box.sourceOf(writer).offered(true)).own;
    const context = {
      signal: new AbortController().signal,
      log: createLogger('test', 'silent'),
      idempotencyKey: 'k',
    };
    expect(await token?.run({}, context)).toMatchObject({ text: 'a-1234567-z' });
    await box.close();
  });

  it('takes them for urls and arguments too, and blots them out of failures, also where they are part of a header', async () => {
    const files = (server: string) => ({
      'tools.yaml': `servers: { talking: { ${server}, allow: { '*': ['*'] } } }`,
    });
    await expect(load(files('url: "http://127.0.0.1:9/${KEY}"'))).rejects.toThrow(
      'servers.talking.url: the variable KEY is not set',
    );
    const script = 'console.error(process.argv[1], process.env.OWN); process.exit(1)';
    const program = `command: ${process.execPath}, args: [-e, "${script}", "\${KEY}"], env: { OWN: "Token \${KEY}-2" }`;
    const box = await load(files(program), [writer], { KEY: 'k-123456' });
    await expect(box.sourceOf(writer).offered(true)).rejects.toThrow(/it said: … …$/);
    await box.close();
  });

  it('may name a server that is away, which is told once, but no tool that a server does not have', async () => {
    const away = await load({
      'tools.yaml': 'servers: { away: { url: "http://127.0.0.1:9", allow: { "*": ["*"] } } }\n',
    });
    const warnings: string[] = [];
    await away.check([researcher, writer], (message) => warnings.push(message));
    expect(warnings).toEqual([
      expect.stringMatching(
        /^The MCP server "away" can't be reached: .*: tasks that need it fail until it answers$/,
      ),
    ]);
    const box = await load({
      'tools.yaml': `servers: { travel: { command: ${process.execPath}, args: [${travelServer}] } }\nworkers: { writer: [travel/fly, travel/book] }\n`,
    });
    await expect(box.check([writer], () => undefined)).rejects.toThrow(
      'BATON_TOOLS: The MCP server "travel" has no tool "fly". It has: book, die,',
    );
    await box.close();
  });

  it("that is not there is refused in words; without one there are the endpoint's own tools", async () => {
    await expect(loadTools({ path: '/nowhere.yaml', environment: {}, types: [] })).rejects.toThrow(
      /^BATON_TOOLS: \/nowhere.yaml can't be used:\n {2}- .*ENOENT/,
    );
    const searching = { type: 'writer', tools: ['web_search'] };
    const box = await loadTools({ path: undefined, environment: {}, types: [searching] });
    expect((await box.sourceOf(searching).offered(true)).web).toEqual([{ kind: 'web_search', maxUses: 5 }]);
    const asking = { type: 'writer', tools: ['geocode'] };
    await expect(loadTools({ path: undefined, environment: {}, types: [asking] })).rejects.toThrow(
      /^The tools can't be used:\n {2}- the tools of the worker type writer: there is no tool "geocode"/,
    );
  });
});
