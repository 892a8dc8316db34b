import { PROMPT_VERSION as ASSESSOR } from './assessor-prompt.ts';
import { PROMPT_VERSION as CONTINUATION } from './continuation-prompt.ts';
import { PROMPT_VERSION as PLANNER } from './planner-prompt.ts';
import { PROMPT_VERSION as REPAIR } from './repair-prompt.ts';
import { PROMPT_VERSION as REPLANNER } from './replan-prompt.ts';
import { PROMPT_VERSION as REVIEW } from './review-prompt.ts';
import { PROMPT_VERSION as SYNTHESIS } from './synthesis-prompt.ts';
import { PROMPT_VERSION as TASK } from './task-prompt.ts';
import { PROMPT_VERSION as TOOLS } from './tool-rules.ts';

export type PromptRole =
  | 'planner'
  | 'replanner'
  | 'task'
  | 'synthesis'
  | 'review'
  | 'assessor'
  | 'repair'
  | 'continuation'
  | 'tools';

/** The version of each role's prompt: which wording an answer was asked for with. */
export const promptVersions: Readonly<Record<PromptRole, string>> = Object.freeze({
  planner: PLANNER,
  replanner: REPLANNER,
  task: TASK,
  synthesis: SYNTHESIS,
  review: REVIEW,
  assessor: ASSESSOR,
  repair: REPAIR,
  continuation: CONTINUATION,
  tools: TOOLS,
});
