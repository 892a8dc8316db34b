import { jsonPath } from '@baton/plan/json-path';
import { jsonInstruction, parseJsonReply } from '@baton/plan/prompts/json-reply';
import { repairTurn, type RepairNote } from '@baton/plan/prompts/repair-prompt';
import type { z } from 'zod';
import type { StepCall, StepCaller } from './journaled-llm.ts';
import type { LlmMessage, LlmRequest, LlmResponse } from './llm.ts';
import { nativeSchema, promptSchema } from './output-schema.ts';

export interface StructuredRequest<Value> {
  readonly caller: StepCaller;
  /** `native`: the endpoint holds the reply to the schema, as far as it can. `prompt`: the schema is told in words. */
  readonly structuredOutput: 'native' | 'prompt';
  /** Another form of the reply than JSON alone; only where the endpoint is not held to the schema. */
  readonly form?: ReplyForm;
  readonly request: Omit<LlmRequest, 'jsonSchema'>;
  /** Of an object. The reply is held to the whole of it, in either mode. */
  readonly schema: z.ZodType<Value>;
  /** What is wrong with a value that fits the schema; nothing by default. */
  readonly check?: (value: Value) => readonly RepairNote[];
  /** How often a reply that broke rules is sent back; 1 by default. */
  readonly maxRepairs?: number;
  readonly signal: AbortSignal;
  readonly step: string;
}

/** How a reply is asked for and read. */
export interface ReplyForm {
  /** Told in place of the schema; null where JSON is asked for all the same. */
  readonly instruction: string | null;
  read(text: string): FormReply;
}

export type FormReply =
  | { readonly kind: 'object'; readonly value: unknown }
  | { readonly kind: 'unreadable'; readonly message: string };

/** `calls`: every call made, repairs included, in order. */
export type StructuredReply<Value> = { readonly calls: readonly StepCall[] } & (
  | { readonly kind: 'ok'; readonly value: Value }
  /** The last reply still broke rules. */
  | { readonly kind: 'invalid'; readonly violations: readonly RepairNote[]; readonly lastText: string }
  /** The model declined; `text` is what it said of it, perhaps nothing, and `refusal` the endpoint's reason. */
  | { readonly kind: 'refused'; readonly text: string; readonly refusal?: string }
);

type Reading<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'broken'; readonly violations: readonly RepairNote[]; readonly isRepairable: boolean };

const MOST_ISSUES = 20;

/** Asks for an object and sends the reply back, with what is wrong, while it breaks rules and repairs are left. */
export async function structuredCall<Value>(
  options: StructuredRequest<Value>,
): Promise<StructuredReply<Value>> {
  const { caller, maxRepairs = 1, signal, step } = options;
  const opening = openingRequest(options);
  const calls: StepCall[] = [];
  let messages = opening.messages;
  for (let attempt = 1; ; attempt += 1) {
    const call = await caller.call({ ...opening, messages }, { signal, step, attempt });
    calls.push(call);
    const { text, stopReason, refusal } = call.response;
    if (stopReason === 'refusal') return { kind: 'refused', text, calls, ...(refusal && { refusal }) };
    const reading = read(call.response, options);
    if (reading.kind === 'ok') return { ...reading, calls };
    const { violations, isRepairable } = reading;
    if (!isRepairable || attempt > maxRepairs) return { kind: 'invalid', violations, lastText: text, calls };
    messages = [...opening.messages, ...repairTurns(text, violations)];
  }
}

function openingRequest<Value>({
  request,
  schema,
  structuredOutput,
  form,
}: StructuredRequest<Value>): LlmRequest {
  const jsonSchema = structuredOutput === 'native' && !form ? nativeSchema(schema) : null;
  if (jsonSchema !== null) return { ...request, jsonSchema };
  const system = [request.system, form?.instruction ?? jsonInstruction(promptSchema(schema))]
    .filter((part) => part !== '')
    .join('\n\n');
  return { ...request, system, jsonSchema: null };
}

/** Only the latest reply goes back: it and what is wrong with it are all that a repair needs. */
function repairTurns(text: string, violations: readonly RepairNote[]): LlmMessage[] {
  return [
    // The API takes no empty turn.
    { role: 'assistant', text: text.trim() === '' ? '(no text)' : text },
    { role: 'user', text: repairTurn(violations) },
  ];
}

function read<Value>(
  { text, stopReason }: LlmResponse,
  { request, schema, check, form }: StructuredRequest<Value>,
): Reading<Value> {
  if (stopReason === 'model_context_window_exceeded') {
    return broken(
      `The reply was cut off because the context window of ${request.model} is full: ask with less text.`,
      false,
    );
  }
  if (stopReason === 'max_tokens') {
    return broken(`The reply was cut off at ${request.maxTokens} tokens: answer more briefly.`);
  }
  const reply = form ? form.read(text) : parseJsonReply(text);
  if (reply.kind === 'unreadable') return broken(reply.message);
  const parsed = schema.safeParse(reply.value);
  if (!parsed.success) return { kind: 'broken', violations: notesOf(parsed.error), isRepairable: true };
  const violations = check?.(parsed.data) ?? [];
  if (violations.length > 0) return { kind: 'broken', violations, isRepairable: true };
  return { kind: 'ok', value: parsed.data };
}

function broken<Value>(message: string, isRepairable = true): Reading<Value> {
  return { kind: 'broken', violations: [{ path: '', taskId: null, message }], isRepairable };
}

function notesOf({ issues }: z.ZodError): RepairNote[] {
  const notes = issues
    .slice(0, MOST_ISSUES)
    .map(({ path, message }) => ({ path: jsonPath(path), taskId: null, message }));
  const untold = issues.length - notes.length;
  if (untold === 0) return notes;
  return [
    ...notes,
    { path: '', taskId: null, message: `${untold} more places break the schema: mend them alike.` },
  ];
}
