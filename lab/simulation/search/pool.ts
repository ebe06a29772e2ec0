import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Done, Job } from './job.ts';
import type { Setting } from './run-job.ts';

/** Threads that run jobs, one a core. */
export interface Pool {
  readonly size: number;
  /** Runs a job as soon as a thread is free. */
  run(job: Job): Promise<Done>;
  close(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  waiting: { resolve: (done: Done) => void; reject: (error: Error) => void } | undefined;
}

/** Starts the threads of a search. A thread that dies fails the job that it had. */
export function startPool(setting: Setting, size = availableParallelism()): Pool {
  const threads: Thread[] = [];
  const free: Thread[] = [];
  const queue: ((thread: Thread) => void)[] = [];
  const release = (thread: Thread): void => {
    thread.waiting = undefined;
    const next = queue.shift();
    if (next === undefined) free.push(thread);
    else next(thread);
  };
  for (let index = 0; index < size; index += 1) {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: setting });
    const thread: Thread = { worker, waiting: undefined };
    worker.on('message', (done: Done) => {
      const { waiting } = thread;
      release(thread);
      waiting?.resolve(done);
    });
    worker.on('error', (error) => thread.waiting?.reject(new Error(String(error))));
    threads.push(thread);
    free.push(thread);
  }
  return {
    size,
    async run(job) {
      const thread = free.pop() ?? (await new Promise<Thread>((resolve) => queue.push(resolve)));
      return await new Promise<Done>((resolve, reject) => {
        thread.waiting = { resolve, reject };
        thread.worker.postMessage(job);
      });
    },
    async close() {
      await Promise.all(threads.map(async ({ worker }) => await worker.terminate()));
    },
  };
}
