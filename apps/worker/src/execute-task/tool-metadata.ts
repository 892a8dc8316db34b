import type { Outcome } from '@baton/shared/contract/task-outcome';
import type { StepCall } from '@baton/shared/model/journaled-llm';
import { joinedSources } from '@baton/shared/model/web-sources';
import type { ToolNote } from './tool-calls.ts';

/** What a task's metadata tells of tools: which it has used, and the pages that its answers lean on. */
export function toolMetadata(tools: readonly ToolNote[], calls: readonly StepCall[]): Outcome['metadata'] {
  const sources = joinedSources(calls.flatMap(({ response }) => response.sources ?? []));
  return { ...(tools.length > 0 && { tools }), ...(sources.length > 0 && { sources }) };
}
