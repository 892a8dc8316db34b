import { SetupError } from '@baton/shared/settings/setup-error';
import { patternsFor, type ToolUsingType } from './grants.ts';
import {
  NoSuchTool,
  toolSourceOf,
  toolsOfServer,
  type ToolSource,
  type ToolSupply,
} from './offered-tools.ts';

/** ms for which the start waits for servers; a slower one is asked again when a task needs it. */
const START_WAITS = 5_000;

/** All the tools of a process. */
export interface ToolBox {
  sourceOf(type: ToolUsingType): ToolSource;
  /**
   * Asks the servers that these types need. Each that can't be reached is told to `warn`, once: its tools may be there when
   * a task asks for them. Rejects with a SetupError that tells every named tool that a server doesn't have.
   */
  check(types: readonly ToolUsingType[], warn: (message: string) => void): Promise<void>;
  close(): Promise<void>;
}

export function toolBoxOf(supply: ToolSupply): ToolBox {
  const { settings, servers } = supply;
  return {
    sourceOf: (type) => toolSourceOf(type, supply),
    async check(types, warn) {
      const problems: string[] = [];
      const asking = servers.map(async (server) => {
        const patterns = types.flatMap((type) => patternsFor(type, server.name, settings));
        if (patterns.length > 0) await toolsOfServer(server, [...new Set(patterns)]);
      });
      const late = new Promise<never>((_resolve, reject) => {
        setTimeout(
          () => reject(new Error(`has not answered within ${START_WAITS / 1_000} s`)),
          START_WAITS,
        ).unref();
      });
      late.catch(() => undefined);
      await Promise.all(
        asking.map((each, index) =>
          Promise.race([each, late]).catch((error: Error) => {
            if (error instanceof NoSuchTool) problems.push(error.message);
            else
              warn(`${serverWords(servers[index]?.name, error)}: tasks that need it fail until it answers`);
          }),
        ),
      );
      if (problems.length > 0)
        throw new SetupError(problems.map((problem) => `BATON_TOOLS: ${problem}`).join('\n'));
    },
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  };
}

function serverWords(name: string | undefined, error: Error): string {
  return error.name === 'McpUnreachable' ? error.message : `The MCP server "${name}" ${error.message}`;
}
