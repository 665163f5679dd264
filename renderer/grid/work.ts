/** Long work in short slices, so that the window never stops answering: a generator says where it may pause. */

/** Work that may pause at each `yield`. Steps between pauses take about a millisecond. */
export type Work<Result> = Generator<undefined, Result>;

/** Longest time in milliseconds that work holds the window before it pauses; a frame has 16. */
const sliceMs = 10;

/** Does the work at once; for lists that are short. */
export function runNow<Result>(work: Work<Result>): Result {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Does the work in slices. Answers undefined where it was aborted between two of them. */
export async function runInSlices<Result>(work: Work<Result>, signal: AbortSignal): Promise<Result | undefined> {
  while (!signal.aborted) {
    const until = performance.now() + sliceMs;
    let step = work.next();
    while (step.done !== true && performance.now() < until) step = work.next();
    if (step.done === true) return step.value;
    await pause();
  }
  return undefined;
}
