import type { CallToolResult } from '@modelcontextprotocol/server';
import { isRefusal, type Refusal } from '../port.ts';

export interface ErrorReporter {
  /** For people who run this server; one line. */
  readonly log: (line: string) => void;
  /** How a caller gives its API key here. */
  readonly keyHint: string;
}

/** An error that the caller is told of in its own words. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** What went wrong in Baton's own words, as a tool's result. */
export function toolError(error: unknown, { log, keyHint }: ErrorReporter): CallToolResult {
  if (isRefusal(error)) return failed(refusalText(error, keyHint));
  if (isTold(error)) return failed(error.message);
  log(`a tool failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return failed(
    'Something went wrong in this MCP server; its log says more. Nothing is known of the effect.',
  );
}

function failed(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}

/** Baton could not be asked, or this server refuses by itself. */
function isTold(error: unknown): error is Error {
  return error instanceof ToolError || (error instanceof Error && error.name === 'ConnectionError');
}

function refusalText({ type, status, detail, errors, retryAfterMs }: Refusal, keyHint: string): string {
  const lines = [`Baton refused this (${type}, ${status}): ${detail}`];
  for (const { path, message } of errors) lines.push(`- ${path === '' ? 'the request' : path}: ${message}`);
  if (status === 401) lines.push(keyHint);
  if (retryAfterMs !== null) lines.push(`Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`);
  return lines.join('\n');
}
