import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError } from '@baton/shared/settings/setup-error';
import { makeOwnPackageResolvable } from '../workers/own-package.ts';
import { isTool } from './define-tool.ts';
import { grantProblems, type ToolUsingType } from './grants.ts';
import { McpServer } from './mcp-server.ts';
import { withVariables, type Environment } from './secrets.ts';
import type { Tool } from './tool.ts';
import { toolBoxOf, type ToolBox } from './tool-box.ts';
import {
  defaultToolSettings,
  isHttpServer,
  readToolSettings,
  type ServerSettings,
  type ToolSettings,
} from './tool-settings.ts';

class ToolLoadError extends SetupError {
  override readonly name = 'ToolLoadError';

  constructor(path: string | undefined, problems: readonly string[]) {
    const where = path === undefined ? 'The tools' : `BATON_TOOLS: ${path}`;
    super([`${where} can't be used:`, ...problems.map((problem) => `  - ${problem}`)].join('\n'));
  }
}

async function readContent(path: string): Promise<unknown> {
  const { parseYaml } = await import('../yaml-text.ts');
  try {
    return parseYaml(await readFile(path, 'utf8')) as unknown;
  } catch (error) {
    throw new ToolLoadError(path, [(error as Error).message]);
  }
}

/** The tools of one module, or what is wrong with it. */
async function loadModule(name: string, path: string): Promise<Tool[] | string> {
  try {
    const { default: exported } = (await import(pathToFileURL(path).href)) as { default?: unknown };
    const tools = Array.isArray(exported) ? (exported as unknown[]) : [exported];
    if (tools.every(isTool)) return tools;
    return `modules: ${name}: its default export must be what defineTool returns, or a list of that`;
  } catch (error) {
    return `modules: ${name}: ${(error as Error).message}`;
  }
}

interface LocalTools {
  readonly tools: ReadonlyMap<string, Tool>;
  readonly problems: readonly string[];
}

async function loadModules(names: readonly string[], folder: string): Promise<LocalTools> {
  if (names.length > 0) makeOwnPackageResolvable();
  const tools = new Map<string, Tool>();
  const problems: string[] = [];
  for (const name of names) {
    const loaded = await loadModule(name, resolve(folder, name));
    if (typeof loaded === 'string') {
      problems.push(loaded);
      continue;
    }
    for (const tool of loaded) {
      if (tools.has(tool.name))
        problems.push(`modules: ${name}: there is another tool "${tool.name}" already`);
      tools.set(tool.name, tool);
    }
  }
  return { tools, problems };
}

interface Filled {
  readonly server: McpServer;
  readonly problems: readonly string[];
}

/** The server with the variables that its settings name. */
function fill(name: string, settings: ServerSettings, environment: Environment): Filled {
  const problems: string[] = [];
  const secrets: string[] = [];
  const filled = (text: string, field: string): string => {
    const { text: whole, missing, values } = withVariables(text, environment);
    problems.push(
      ...missing.map((variable) => `servers.${name}.${field}: the variable ${variable} is not set`),
    );
    secrets.push(...values);
    return whole;
  };
  const filledRecord = (texts: Readonly<Record<string, string>>, field: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(texts).map(([key, text]) => {
        const whole = filled(text, `${field}.${key}`);
        // Of "Bearer abc" a server may quote "abc".
        secrets.push(whole, whole.split(' ').at(-1) ?? '');
        return [key, whole];
      }),
    );
  const complete = isHttpServer(settings)
    ? { ...settings, url: filled(settings.url, 'url'), headers: filledRecord(settings.headers, 'headers') }
    : {
        ...settings,
        args: settings.args.map((text, index) => filled(text, `args.${index}`)),
        env: filledRecord(settings.env, 'env'),
      };
  return { server: new McpServer({ name, settings: complete, secrets }), problems };
}

export interface LoadToolsOptions {
  /** Of the YAML or JSON file, or undefined where there is none. */
  readonly path: string | undefined;
  readonly environment: Environment;
  /** Every worker type that there is. */
  readonly types: readonly ToolUsingType[];
}

/** Reads what `BATON_TOOLS` names; one {@link ToolLoadError} tells all that is wrong with it. No server is asked yet. */
export async function loadTools({ path, environment, types }: LoadToolsOptions): Promise<ToolBox> {
  const read: { settings: ToolSettings; problems: string[] } =
    path === undefined
      ? { settings: defaultToolSettings, problems: [] }
      : readToolSettings(await readContent(path));
  const { settings } = read;
  const local = await loadModules(settings.modules, dirname(resolve(path ?? '.')));
  const servers = Object.entries(settings.servers).map(([name, server]) => fill(name, server, environment));
  const problems = [...read.problems, ...local.problems, ...servers.flatMap((filled) => filled.problems)];
  // What a broken part would have held is not missed besides.
  if (problems.length === 0) problems.push(...grantProblems(types, [...local.tools.keys()], settings));
  if (problems.length > 0) throw new ToolLoadError(path, problems);
  return toolBoxOf({ settings, local: local.tools, servers: servers.map(({ server }) => server) });
}
