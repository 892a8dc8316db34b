import { McpServer } from '@modelcontextprotocol/server';
import { registerCancelGoal } from './tools/cancel-goal.ts';
import { registerGetGoal } from './tools/get-goal.ts';
import { registerListGoals } from './tools/list-goals.ts';
import { registerSubmitGoal } from './tools/submit-goal.ts';
import type { ToolContext } from './tools/tool-context.ts';

const instructions = `Baton runs goals that are too big for one model call: it plans tasks, runs them in parallel, and puts one answer together. \
submit_goal hands one over and waits a while for the answer; get_goal with wait_seconds goes on waiting; list_goals finds earlier ones; \
cancel_goal ends one. Answers are written by models: check what matters.`;

/** The server for one connection (stdio) or one request (HTTP). Nothing is asked of Baton before a tool is called. */
export function createMcpServer(version: string, context: ToolContext): McpServer {
  const server = new McpServer(
    { name: 'baton', title: 'Baton', version },
    { capabilities: { tools: { listChanged: false } }, instructions },
  );
  registerSubmitGoal(server, context);
  registerGetGoal(server, context);
  registerCancelGoal(server, context);
  registerListGoals(server, context);
  return server;
}
