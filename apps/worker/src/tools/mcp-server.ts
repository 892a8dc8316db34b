/**
 * One MCP server, shared by all tasks of the process.
 *
 * 1. At most one connection is open or being opened; whoever needs one meanwhile waits for it.
 * 2. A connection that has ended is forgotten; the next use opens another.
 * 3. Of a connection that is given up, what is under way may still end: it is closed with the last of that.
 * 4. A call is sent again, once, when it surely was not carried out or its tool may be called twice; never otherwise.
 */
import type { Client, Tool as ListedTool } from '@modelcontextprotocol/client';
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
  readonly #underWay = new Map<Client, number>();
  readonly #givenUp = new Set<Client>();
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
    const clients = [...(client ? [client] : []), ...this.#givenUp];
    await Promise.all(clients.map((each) => each.close().catch(() => undefined)));
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
      return await this.#using(client, what);
    } catch (error) {
      if (wasNotCarriedOut(error) || isLost(error)) this.#forget(connection);
      if (this.#connection === connection) throw error;
      await this.#giveUp(client);
      if (!mayRepeat(error)) throw error;
    }
    return this.#using(await this.#connected(), what);
  }

  async #using<T>(client: Client, what: (client: Client) => Promise<T>): Promise<T> {
    this.#underWay.set(client, (this.#underWay.get(client) ?? 0) + 1);
    try {
      return await what(client);
    } finally {
      const others = (this.#underWay.get(client) ?? 1) - 1;
      if (others > 0) this.#underWay.set(client, others);
      else this.#underWay.delete(client);
      if (this.#givenUp.has(client)) await this.#giveUp(client);
    }
  }

  /** Other tasks' calls may be under way over it. */
  async #giveUp(client: Client): Promise<void> {
    this.#givenUp.add(client);
    if (this.#underWay.has(client)) return;
    this.#givenUp.delete(client);
    await client.close().catch(() => undefined);
  }

  #forget(connection: Promise<Client>): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    this.#listed = null;
  }

  #connected(): Promise<Client> {
    if (this.#connection) return this.#connection;
    const opening: Promise<Client> = this.#connect(() => this.#forget(opening));
    this.#connection = opening;
    return opening;
  }

  async #connect(onClosed: () => void): Promise<Client> {
    // Most processes have no server, and need not load what speaks to one.
    const { connectMcp } = await import('./mcp-connection.ts');
    try {
      return await connectMcp(this.#settings, { onToolsChanged: () => (this.#listed = null), onClosed });
    } catch (error) {
      onClosed();
      throw this.#unreachable(error);
    }
  }

  #unreachable(error: unknown): McpUnreachable {
    if (error instanceof McpUnreachable) return error;
    const reason = withoutSecrets(reasonOf(error), this.#secrets);
    return new McpUnreachable(`The MCP server "${this.name}" can't be reached: ${reason}`, { cause: error });
  }
}
