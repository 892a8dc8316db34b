import type { LlmTool } from '@baton/shared/model/llm';
import { isWebTool, type WebTool } from './define-tool.ts';
import { namesOf, patternsFor, serverPart, type ToolUsingType } from './grants.ts';
import type { McpServer } from './mcp-server.ts';
import { matchesAny } from './name-patterns.ts';
import type { Tool } from './tool.ts';
import type { ToolSettings, WebToolSettings } from './tool-settings.ts';

/** What one call of the model may use. */
export interface OfferedTools {
  /** Run by this process; by name. */
  readonly own: readonly Tool[];
  /** Run by the endpoint. */
  readonly web: readonly LlmTool[];
}

/** The tools of one worker type. */
export interface ToolSource {
  /** True when the type has any, as far as is known without asking a server. */
  readonly hasAny: boolean;
  /**
   * All of them, or those of these names. Rejects with {@link NoSuchTool} for a name that the type doesn't have, and with
   * `McpUnreachable` when a server that is needed can't be asked.
   */
  offered(wanted: true | readonly string[]): Promise<OfferedTools>;
}

/** The worker type has no tool of that name. */
export class NoSuchTool extends Error {
  override readonly name = 'NoSuchTool';
}

export interface ToolSupply {
  readonly settings: ToolSettings;
  readonly local: ReadonlyMap<string, Tool>;
  readonly servers: readonly McpServer[];
}

function webTool(kind: WebTool, settings: WebToolSettings): LlmTool {
  const { maxUses, allowedDomains, blockedDomains } = settings;
  return {
    kind,
    maxUses,
    ...(allowedDomains && { allowedDomains }),
    ...(blockedDomains && { blockedDomains }),
  };
}

function byName(a: Tool, b: Tool): number {
  return a.name < b.name ? -1 : 1;
}

/** Rejects as `McpServer.tools` does, and with {@link NoSuchTool} when it lacks tools that are named. */
export async function toolsOfServer(server: McpServer, patterns: readonly string[]): Promise<Tool[]> {
  const tools = await server.tools();
  const names = tools.map(({ name }) => name.slice(server.name.length + 1));
  const missing = patterns.filter((pattern) => !pattern.includes('*') && !names.includes(pattern));
  if (missing.length > 0) {
    const lacks = missing.map((name) => `"${name}"`).join(', ');
    throw new NoSuchTool(
      `The MCP server "${server.name}" has no tool ${lacks}. It has: ${names.join(', ') || 'none'}.`,
    );
  }
  return tools.filter((_tool, index) => matchesAny(patterns, names[index] ?? ''));
}

/** What one worker type may use of all that there is. */
export function toolSourceOf(of: ToolUsingType, { settings, local, servers }: ToolSupply): ToolSource {
  const names = namesOf(of, settings);
  const brought = of.tools.filter((tool): tool is Tool => typeof tool !== 'string');
  const own = [...names.flatMap((name) => local.get(name) ?? []), ...brought];
  const web = names.filter(isWebTool).toSorted();
  const asked = servers
    .map((server) => ({ server, patterns: patternsFor(of, server.name, settings) }))
    .filter(({ patterns }) => patterns.length > 0);

  const isWanted = (name: string, wanted: true | readonly string[]): boolean =>
    wanted === true || wanted.includes(name);
  return {
    hasAny: own.length + web.length + asked.length > 0,
    async offered(wanted) {
      const needed = asked.filter(
        ({ server }) => wanted === true || wanted.some((name) => serverPart(name)?.server === server.name),
      );
      const listed = await Promise.all(needed.map(({ server, patterns }) => toolsOfServer(server, patterns)));
      const tools = [...new Map([...own, ...listed.flat()].map((tool) => [tool.name, tool])).values()];
      const known = [...tools.map(({ name }) => name), ...web];
      const missing = wanted === true ? undefined : wanted.find((name) => !known.includes(name));
      if (missing !== undefined) {
        throw new NoSuchTool(
          `The worker type ${of.type} has no tool "${missing}". It has: ${known.join(', ') || 'none'}.`,
        );
      }
      return {
        own: tools.filter(({ name }) => isWanted(name, wanted)).toSorted(byName),
        web: web
          .filter((kind) => isWanted(kind, wanted))
          .map((kind) => webTool(kind, kind === 'web_search' ? settings.webSearch : settings.webFetch)),
      };
    },
  };
}
