import { nearestName } from '@baton/plan/nearest-name';
import { isWebTool } from './define-tool.ts';
import { matchesAny } from './name-patterns.ts';
import type { Tool } from './tool.ts';
import type { ToolSettings } from './tool-settings.ts';

/** A worker type as it bears on tools. */
export interface ToolUsingType {
  readonly type: string;
  /** What its definition names or brings. */
  readonly tools: readonly (string | Tool)[];
}

/** `github/search_*` → the server's name and the pattern of its tools' names; null for a name without a server. */
export function serverPart(name: string): { server: string; tool: string } | null {
  const slash = name.indexOf('/');
  return slash < 0 ? null : { server: name.slice(0, slash), tool: name.slice(slash + 1) };
}

/** The names that configuration and the type's own definition give it. */
export function namesOf({ type, tools }: ToolUsingType, { workers }: ToolSettings): string[] {
  const own = tools.filter((tool) => typeof tool === 'string');
  return [...new Set([...(workers[type] ?? []), ...own])];
}

/** Patterns of the names of a server's tools that the type is given: by the server's `allow`, where it has one. */
export function patternsFor(of: ToolUsingType, server: string, settings: ToolSettings): readonly string[] {
  const allow = settings.servers[server]?.allow;
  if (allow) return allow[of.type] ?? allow['*'] ?? [];
  return namesOf(of, settings).flatMap((name) => {
    const part = serverPart(name);
    return part?.server === server ? [part.tool] : [];
  });
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== null) return `there is no ${what} "${name}". Did you mean "${nearest}"?`;
  return `there is no ${what} "${name}". ${known.length === 0 ? 'There is none.' : `Known: ${known.join(', ')}.`}`;
}

function problemOf(
  name: string,
  of: ToolUsingType,
  local: readonly string[],
  settings: ToolSettings,
): string | null {
  const part = serverPart(name);
  if (part === null) {
    const known = [...local, 'web_search', 'web_fetch'];
    return isWebTool(name) || local.includes(name) ? null : unknown('tool', name, known);
  }
  const server = settings.servers[part.server];
  if (!server) return unknown('MCP server', part.server, Object.keys(settings.servers));
  if (!server.allow || part.tool.includes('*')) return null;
  if (matchesAny(patternsFor(of, part.server, settings), part.tool)) return null;
  return `"${name}" is not among what servers.${part.server}.allow gives this worker type`;
}

/** What is wrong with the names of worker types and tools, as far as it shows without asking a server. */
export function grantProblems(
  types: readonly ToolUsingType[],
  local: readonly string[],
  settings: ToolSettings,
): string[] {
  const known = types.map(({ type }) => type);
  const named = [
    ...Object.keys(settings.workers).map((type) => ['workers', type] as const),
    ...Object.entries(settings.servers).flatMap(([server, { allow = {} }]) =>
      Object.keys(allow)
        .filter((type) => type !== '*')
        .map((type) => [`servers.${server}.allow`, type] as const),
    ),
  ];
  return [
    ...named
      .filter(([, type]) => !known.includes(type))
      .map(([where, type]) => `${where}: ${unknown('worker type', type, known)}`),
    ...types.flatMap((of) =>
      namesOf(of, settings).flatMap((name) => {
        const problem = problemOf(name, of, local, settings);
        return problem === null ? [] : [`the tools of the worker type ${of.type}: ${problem}`];
      }),
    ),
  ];
}
