import { z } from 'zod';
import { toolAllowances, ToolError, type Tool, type ToolCallContext, type ToolOutput } from './tool.ts';

/** Names that the endpoint's own tools have. */
const webTools = ['web_search', 'web_fetch'] as const;
export type WebTool = (typeof webTools)[number];

export function isWebTool(name: string): name is WebTool {
  return (webTools as readonly string[]).includes(name);
}

export interface ToolDefinition<Input extends z.ZodObject> {
  /** A letter, then letters, digits, `_` or `-`; at most 64, and no `__`. */
  readonly name: string;
  /** Told to the model: what the tool does, when to use it, what it gives. */
  readonly description: string;
  /** What a call must give; the model is told of each field's `describe`. */
  readonly input: Input;
  /** Calling it twice does no more than calling it once: a call that a crash interrupted is made again. */
  readonly idempotent: boolean;
  /** ms that one call may take; 30 seconds unless given. */
  readonly timeout?: number;
  /** Characters of one result that are kept; 20,000 unless given. */
  readonly maxOutput?: number;
  /** Gives text, or a value that JSON can hold. What it throws is told to the model, which may try something else. */
  run(input: z.output<Input>, context: ToolCallContext): unknown;
}

const nameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must be a letter, then at most 63 letters, digits, "_" or "-"')
  .refine((name) => !name.includes('__'), 'must have no "__", which tells servers from their tools')
  .refine((name) => !isWebTool(name), "is the name of one of the endpoint's own tools");

const definitionSchema = z.object({
  name: nameSchema,
  description: z.string().min(1),
  idempotent: z.boolean('must be true or false'),
  ...toolAllowances.shape,
});

/** Two copies of this module may meet: the program's, and one that a tool's module brings. */
const mark = Symbol.for('@baton/worker/tool');

export function isTool(value: unknown): value is Tool {
  return typeof value === 'object' && value !== null && mark in value;
}

function outputOf(given: unknown): ToolOutput {
  if (typeof given === 'string') return { text: given, data: null, isError: false };
  let text: string | undefined;
  try {
    text = JSON.stringify(given) as string | undefined;
  } catch (error) {
    throw new ToolError(
      `The call was carried out, but what it gave can't be told, for JSON can't hold it: ${(error as Error).message}`,
    );
  }
  return { text: text ?? '', data: text === undefined ? null : JSON.parse(text), isError: false };
}

function inputProblem({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`).join('; ');
}

function inputSchemaOf(input: z.ZodObject, fail: (problem: string) => never): Tool['inputSchema'] {
  try {
    const { $schema: _dialect, ...schema } = z.toJSONSchema(input, { io: 'input' });
    if (schema['type'] === 'object') return schema;
  } catch (error) {
    return fail(`input: ${(error as Error).message}`);
  }
  return fail('input: must be an object');
}

/**
 * Defines a tool in code.
 * @throws TypeError when its description of itself is not valid.
 */
export function defineTool<Input extends z.ZodObject>(definition: ToolDefinition<Input>): Tool {
  const fail = (problem: string): never => {
    throw new TypeError(`The tool "${definition.name}": ${problem}`);
  };
  const told = definitionSchema.safeParse(definition);
  if (!told.success) return fail(inputProblem(told.error));
  return Object.freeze({
    [mark]: true,
    ...told.data,
    inputSchema: inputSchemaOf(definition.input, fail),
    async run(given: unknown, context: ToolCallContext) {
      const parsed = await definition.input.safeParseAsync(given);
      if (!parsed.success)
        throw new ToolError(`The input does not fit the tool's schema: ${inputProblem(parsed.error)}`);
      return outputOf(await definition.run(parsed.data, context));
    },
  });
}
