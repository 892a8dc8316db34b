import type { TaskPrompt } from '../answer/prompt.ts';
import { SIMULATED_LINE } from '../answer/simulated.ts';
import { analyzerAnswer } from './analyzer.ts';
import { coderAnswer } from './coder.ts';
import { researcherAnswer } from './researcher.ts';
import { reviewerAnswer } from './reviewer.ts';
import { specialistAnswer } from './specialist.ts';
import { synthesizerAnswer } from './synthesizer.ts';
import { briefOf, type TaskBrief } from './task-brief.ts';
import { validatorAnswer } from './validator.ts';
import { writerAnswer } from './writer.ts';

const ANSWERS = new Map<string, (brief: TaskBrief) => string[]>([
  ['researcher', researcherAnswer],
  ['analyzer', analyzerAnswer],
  ['writer', writerAnswer],
  ['coder', coderAnswer],
  ['reviewer', reviewerAnswer],
  ['validator', validatorAnswer],
  ['synthesizer', synthesizerAnswer],
  ['specialist', specialistAnswer],
]);

/** A worker's answer in markdown, made from its inputs alone; an unknown worker type answers as a specialist. */
export function answerTask(prompt: TaskPrompt): string {
  const brief = briefOf(prompt);
  const lines = (ANSWERS.get(prompt.worker) ?? specialistAnswer)(brief);
  const text = [`## ${brief.title}`, '', ...lines].join('\n');
  return `${text.replaceAll(/\n{3,}/g, '\n\n').trim()}\n\n${SIMULATED_LINE}`;
}
