import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { Plan } from '../../../aws/plan.ts';
import { Template } from '../../template.ts';
import { Job } from './job.ts';
import { createRunner } from './run-job.ts';
import { machinesOf } from './setting.ts';
import { Durations } from './setting.ts';

// A thread of a search: runs schedules one after the other, and answers each job.
const Data = z.object({ plan: Plan, template: Template, durations: Durations });
const setting = Data.parse(workerData);
// Most errors of a run are injected: nobody reads where they came from.
Error.stackTraceLimit = 0;
const run = createRunner(setting, machinesOf(setting.template, setting.plan));
parentPort?.on('message', (message: unknown) => {
  void run(Job.parse(message)).then((done) => parentPort?.postMessage(done));
});
