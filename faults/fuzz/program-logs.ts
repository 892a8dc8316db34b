import type { Program } from '../../e2e/program.ts';

const ERROR_LEVEL = 50;
const SAID_BY_NODE = /unhandled|uncaught|\(node:\d+\)|^\s+at .+:\d+:\d+/i;

/** Lines that no request may cause: errors, what Node warns of, and what nobody caught. */
export function alarmingLines({ name, pid, output }: Program): string[] {
  const lines = output().split('\n');
  const alarming = lines.filter((line) => {
    if (!line.startsWith('{')) return SAID_BY_NODE.test(line);
    try {
      const { level } = JSON.parse(line) as { level?: unknown };
      return typeof level === 'number' ? level >= ERROR_LEVEL : level === 'error' || level === 'fatal';
    } catch {
      return false;
    }
  });
  return alarming.map((line) => `${name} ${pid}: ${line.slice(0, 600)}`);
}
