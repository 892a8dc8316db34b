/**
 * One MCP server, shared by all tasks of the process.
 *
 * 1. At most one connection is open or being opened; whoever needs one meanwhile waits for it.
 * 2. A connection that has ended is forgotten; the next use opens another.
 * 3. A call is sent again, once, when it surely was not carried out or its tool may be called twice; never otherwise.
 */
import type { Client, Tool as ListedTool } from '@modelcontextprotocol/client';
import { connectMcp } from './mcp-connection.ts';
import { isLost, reasonOf, wasNotCarriedOut } from './mcp-failure.ts';
import { outputOf } from './mcp-output.ts';
import { matchesAny } from './name-patterns.ts';
import { withoutSecrets } from './secrets.ts';
import { ToolError, type Tool, type ToolCallContext, type ToolOutput } from './tool.ts';
import type { ServerSettings } from './tool-settings.ts';

/** ms for which a server's list of tools is taken as it was. */
const LIST_KEPT = 300_000;
/** ms; the caller's own time limit comes first. */
const SPARE_TIME = 5_000;

/** Its server can't be reached, or doesn't answer. */
export class McpUnreachable extends Error {
  override readonly name = 'McpUnreachable';
}

export interface McpServerOptions {
  readonly name: string;
  readonly settings: ServerSettings;
  /** What must not be told of its failures. */
  readonly secrets: readonly string[];
}

interface Listed {
  readonly at: number;
  readonly tools: readonly Tool[];
}

export class McpServer {
  readonly name: string;
  readonly #settings: ServerSettings;
  readonly #secrets: readonly string[];
  #connection: Promise<Client> | null = null;
  #listed: Promise<Listed> | null = null;

  constructor({ name, settings, secrets }: McpServerOptions) {
    this.name = name;
    this.#settings = settings;
    this.#secrets = secrets;
  }

  /** By name; {@link McpUnreachable} when there is nobody to ask. */
  async tools(): Promise<readonly Tool[]> {
    const listed = await this.#listed?.catch(() => null);
    if (listed && Date.now() - listed.at < LIST_KEPT) return listed.tools;
    this.#listed = this.#list();
    return (await this.#listed).tools;
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    const client = await connection?.catch(() => null);
    await client?.close();
  }

  async #list(): Promise<Listed> {
    const at = Date.now();
    try {
      const options = { timeout: this.#settings.timeout, cacheMode: 'refresh' } as const;
      const { tools } = await this.#again(
        (client) => client.listTools({}, options),
        () => true,
      );
      const byName = tools.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      return { at, tools: byName.map((tool) => this.#toolOf(tool)) };
    } catch (error) {
      this.#listed = null;
      throw this.#unreachable(error);
    }
  }

  #toolOf({ name, description, title, inputSchema }: ListedTool): Tool {
    const { idempotent, timeout, maxOutput } = this.#settings;
    const mayRepeat = typeof idempotent === 'boolean' ? idempotent : matchesAny(idempotent, name);
    return {
      name: `${this.name}/${name}`,
      description: description ?? title ?? name,
      inputSchema,
      idempotent: mayRepeat,
      timeout,
      maxOutput,
      run: (input, context) => this.#call(name, input, context, mayRepeat),
    };
  }

  async #call(
    name: string,
    input: unknown,
    { signal }: ToolCallContext,
    mayRepeat: boolean,
  ): Promise<ToolOutput> {
    const request = { name, arguments: input as Record<string, unknown> };
    const options = { signal, timeout: this.#settings.timeout + SPARE_TIME };
    try {
      const result = await this.#again(
        (client) => client.callTool(request, options),
        (error) => !signal.aborted && (wasNotCarriedOut(error) || mayRepeat),
      );
      return outputOf(result);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw this.#failureOf(error);
    }
  }

  #failureOf(error: unknown): Error {
    if (error instanceof McpUnreachable) return new ToolError(error.message);
    const reason = withoutSecrets(reasonOf(error), this.#secrets);
    if (!isLost(error)) return new Error(reason, { cause: error });
    return new ToolError(
      `The connection to the tool's server was lost, and nobody knows whether the call was carried out: ${reason}`,
    );
  }

  /** Does it, and once more over a new connection when the one there was is gone and `mayRepeat` allows it. */
  async #again<T>(what: (client: Client) => Promise<T>, mayRepeat: (error: unknown) => boolean): Promise<T> {
    const connection = this.#connected();
    const client = await connection;
    try {
      return await what(client);
    } catch (error) {
      if (wasNotCarriedOut(error) || isLost(error)) this.#forget(connection);
      if (this.#connection === connection || !mayRepeat(error)) throw error;
      await client.close().catch(() => undefined);
    }
    return what(await this.#connected());
  }

  #forget(connection: Promise<Client>): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    this.#listed = null;
  }

  #connected(): Promise<Client> {
    if (this.#connection) return this.#connection;
    const opening: Promise<Client> = connectMcp(this.#settings, {
      onToolsChanged: () => (this.#listed = null),
      onClosed: () => this.#forget(opening),
    }).catch((error: unknown) => {
      this.#forget(opening);
      throw this.#unreachable(error);
    });
    this.#connection = opening;
    return opening;
  }

  #unreachable(error: unknown): McpUnreachable {
    if (error instanceof McpUnreachable) return error;
    const reason = withoutSecrets(reasonOf(error), this.#secrets);
    return new McpUnreachable(`The MCP server "${this.name}" can't be reached: ${reason}`, { cause: error });
  }
}
