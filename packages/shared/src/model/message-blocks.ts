import type { LlmBlock } from './llm.ts';

/** A block of a streamed message so far: as it began, and the JSON of its input as far as it has come. */
export interface OpenBlock {
  readonly index: number;
  readonly block: LlmBlock;
  readonly inputJson: string;
}

export interface BlockStart {
  readonly index?: number;
  readonly content_block?: { readonly type?: string };
}

export interface BlockDelta {
  readonly index?: number;
  readonly delta?: { readonly type?: string };
}

/** Blocks of a type that this code doesn't know are kept like all others. */
export function withBlockStart(blocks: readonly OpenBlock[], event: BlockStart): readonly OpenBlock[] {
  const { content_block: block, index = blocks.length } = event;
  if (typeof block?.type !== 'string') return blocks;
  return [...blocks, { index, block: { ...block, type: block.type }, inputJson: '' }];
}

export function withBlockDelta(blocks: readonly OpenBlock[], event: BlockDelta): readonly OpenBlock[] {
  const { delta, index = blocks.at(-1)?.index } = event;
  const at = blocks.findLastIndex((open) => open.index === index);
  const open = blocks[at];
  return open === undefined || delta === undefined ? blocks : blocks.with(at, withDelta(open, delta));
}

/** The blocks as they can be sent back to the model. */
export function finishedBlocks(blocks: readonly OpenBlock[]): readonly LlmBlock[] {
  return blocks.map(({ block, inputJson }) =>
    inputJson === '' ? block : { ...block, input: parsedInput(inputJson) },
  );
}

function withDelta(open: OpenBlock, delta: Readonly<Record<string, unknown>>): OpenBlock {
  const { block } = open;
  switch (delta['type']) {
    case 'text_delta':
      return { ...open, block: { ...block, text: appended(block['text'], delta['text']) } };
    case 'thinking_delta':
      return { ...open, block: { ...block, thinking: appended(block['thinking'], delta['thinking']) } };
    case 'signature_delta':
      return { ...open, block: { ...block, signature: delta['signature'] } };
    case 'citations_delta': {
      const citations: unknown[] = Array.isArray(block['citations']) ? block['citations'] : [];
      return { ...open, block: { ...block, citations: [...citations, delta['citation']] } };
    }
    case 'input_json_delta':
      return { ...open, inputJson: appended(open.inputJson, delta['partial_json']) };
    default:
      return open;
  }
}

function appended(text: unknown, piece: unknown): string {
  return (typeof text === 'string' ? text : '') + (typeof piece === 'string' ? piece : '');
}

/** Of an input that is no valid JSON, the one key; the API's guide names it. */
export const BROKEN_INPUT = 'INVALID_JSON';

/** Input that broke off must reach nobody as if it were whole. */
function parsedInput(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return { [BROKEN_INPUT]: json };
  }
}
