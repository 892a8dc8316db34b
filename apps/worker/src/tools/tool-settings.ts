import { z } from 'zod';
import { durationMs } from '@baton/shared/contract/duration';
import { fieldErrorsOf, fieldErrorText } from '@baton/shared/contract/field-errors';
import { toolAllowances } from './tool.ts';

const timeout = z
  .string('must be a duration such as "30s"')
  .transform((text) => durationMs(text) ?? 0)
  .refine(
    (ms) => toolAllowances.shape.timeout.safeParse(ms).success,
    'must be a duration up to 1h, such as "30s"',
  )
  .default(toolAllowances.shape.timeout.parse(undefined));

const patterns = z.array(z.string().min(1));

const serverFields = {
  timeout,
  maxOutput: toolAllowances.shape.maxOutput,
  /** Tools that may be called again after a crash: all of them, or those that match. */
  idempotent: z.union([z.boolean(), patterns], 'must be true, false, or a list of names').default(false),
  /** Per worker type, or `*` for all others, the tools that it is given. */
  allow: z.record(z.string(), patterns).optional(),
};

const texts = z.record(z.string(), z.string());

const stdioServer = z.strictObject({
  ...serverFields,
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: texts.default({}),
});

const httpServer = z.strictObject({
  ...serverFields,
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }),
  headers: texts.default({}),
});

/** None, but what else is wrong with it is told too. */
const bothServer = z.strictObject({ ...stdioServer.shape, ...httpServer.shape });

type StdioServer = z.output<typeof stdioServer>;
export type HttpServer = z.output<typeof httpServer>;
export type ServerSettings = StdioServer | HttpServer;

export function isHttpServer(server: ServerSettings): server is HttpServer {
  return 'url' in server;
}

const domains = z.array(z.string().min(1)).min(1).optional();

const MOST_USES = 100;
const USES_RULE = `must be a whole number from 1 to ${MOST_USES}`;

const webTool = (maxUses: number) =>
  z
    .strictObject({
      maxUses: z.int(USES_RULE).min(1, USES_RULE).max(MOST_USES, USES_RULE).default(maxUses),
      allowedDomains: domains,
      blockedDomains: domains,
    })
    .refine(
      ({ allowedDomains, blockedDomains }) => !allowedDomains || !blockedDomains,
      'must have at most one of allowedDomains and blockedDomains',
    )
    .prefault({});

const fileSchema = z.strictObject({
  servers: z
    .record(
      z
        .string()
        .regex(
          /^[a-z][a-z0-9-]{0,30}$/,
          'must be lower case: a letter, then at most 30 letters, digits or "-"',
        ),
      z.record(z.string(), z.unknown()),
    )
    .default({}),
  modules: z.array(z.string().min(1)).default([]),
  webSearch: webTool(5),
  webFetch: webTool(5),
  /** Per worker type the tools that it is given. */
  workers: z.record(z.string(), z.array(z.string().min(1))).default({}),
});

type FileSettings = z.output<typeof fileSchema>;
export type WebToolSettings = FileSettings['webSearch'];

export interface ToolSettings extends Omit<FileSettings, 'servers'> {
  readonly servers: Readonly<Record<string, ServerSettings>>;
}

/** Without a file: nothing but the endpoint's own tools, as they are by default. */
export const defaultToolSettings: ToolSettings = Object.freeze({ ...fileSchema.parse({}), servers: {} });

interface Servers {
  readonly servers: Readonly<Record<string, ServerSettings>>;
  readonly problems: readonly string[];
}

/** Each server of the file, however it is written, or what is wrong with it. */
function readServers(given: unknown): Servers {
  const parsed = z.record(z.string(), z.record(z.string(), z.unknown())).safeParse(given ?? {});
  const problems: string[] = [];
  const servers = Object.entries(parsed.data ?? {}).flatMap(([name, fields]): [string, ServerSettings][] => {
    const isBoth = 'command' in fields && 'url' in fields;
    const isOne = 'command' in fields !== 'url' in fields;
    if (!isOne) problems.push(`servers.${name} must have either a command, for a program to start, or a url`);
    if (!isOne && !isBoth) return [];
    const schema = isBoth ? bothServer : 'url' in fields ? httpServer : stdioServer;
    const server = schema.safeParse(fields);
    if (server.success) return isOne ? [[name, server.data]] : [];
    const errors = fieldErrorsOf(schema, server.error);
    problems.push(
      ...errors.map(({ path, message }) => fieldErrorText({ path: `servers.${name}.${path}`, message })),
    );
    return [];
  });
  return { servers: Object.fromEntries(servers), problems };
}

/** The settings, as far as they are valid, and each thing that is wrong with them. */
export function readToolSettings(content: unknown): { settings: ToolSettings; problems: string[] } {
  const parsed = fileSchema.safeParse(content ?? {});
  const { servers, problems } = readServers((content as { servers?: unknown } | null | undefined)?.servers);
  if (parsed.success) return { settings: { ...parsed.data, servers }, problems: [...problems] };
  return {
    settings: defaultToolSettings,
    problems: [...fieldErrorsOf(fileSchema, parsed.error).map(fieldErrorText), ...problems],
  };
}
