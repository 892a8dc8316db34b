import { Worker, type Job } from 'bullmq';

/** Says when it has asked its queue for a job and was answered, whatever the answer. */
export class AskingWorker extends Worker {
  onAnswer: () => void = () => undefined;

  protected override async moveToActive(...args: Parameters<Worker['moveToActive']>): Promise<Job> {
    try {
      return await super.moveToActive(...args);
    } finally {
      this.onAnswer();
    }
  }
}
