import { textAnswer, truncated, type Answer } from '../api/answer.ts';
import type { MessagesRequest } from '../api/messages-request.ts';
import { unlawfulPlan } from '../answer/compose-answer.ts';
import type { Prompt } from '../answer/prompt.ts';
import type { ContentFault } from './fault.ts';

const HUGE_LINE = 'This line of a huge simulated answer is repeated.\n';

/** The answer that a fault puts in place of the usual one. */
export function applyContentFault(
  fault: ContentFault,
  usual: Answer,
  request: MessagesRequest,
  prompt: Prompt,
): Answer {
  switch (fault.kind) {
    case 'refusal': {
      const explanation = 'Simulated refusal: no model was called.';
      const stopDetails = { type: 'refusal', category: null, explanation };
      return { ...textAnswer(''), stopReason: 'refusal', stopDetails };
    }
    case 'max_tokens': {
      const text = usual.blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
      return truncated(text, Math.min(text.length / 2, request.maxTokens * 4));
    }
    case 'empty':
      return textAnswer('');
    case 'bad-plan':
      return textAnswer(JSON.stringify(unlawfulPlan(fault.which ?? 'cycle', prompt)));
    case 'text':
      return textAnswer(fault.text);
    case 'tool-use':
      return {
        ...textAnswer(''),
        blocks: [{ type: 'tool_use', id: 'toolu_simulated', name: fault.name, input: fault.input }],
        stopReason: 'tool_use',
      };
    case 'huge':
      return textAnswer(HUGE_LINE.repeat(Math.ceil((fault.megabytes * 1_048_576) / HUGE_LINE.length)));
    default:
      return usual;
  }
}
