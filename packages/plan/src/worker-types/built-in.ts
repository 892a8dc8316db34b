import type { PromptWorkerType } from '../worker-type.ts';
import { analyzer } from './analyzer.ts';
import { coder } from './coder.ts';
import { researcher } from './researcher.ts';
import { reviewer } from './reviewer.ts';
import { specialist } from './specialist.ts';
import { synthesizer } from './synthesizer.ts';
import { validator } from './validator.ts';
import { writer } from './writer.ts';

/** In the order in which the planner and people see them. */
export const builtInWorkerTypes: readonly PromptWorkerType[] = Object.freeze([
  researcher,
  analyzer,
  writer,
  coder,
  reviewer,
  validator,
  synthesizer,
  specialist,
]);
