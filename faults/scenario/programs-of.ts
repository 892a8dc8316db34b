import type { Lab, LabProgram, LabRole } from '../lab/lab.ts';

export function programsOf({ programs }: Pick<Lab, 'programs'>, role: LabRole): LabProgram[] {
  return programs.filter((program) => program.role === role);
}
