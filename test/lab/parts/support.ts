/** Waits until a condition holds; throws with the complaint when it does not in time. */
export async function until(
  complaint: string,
  holds: () => boolean | Promise<boolean>,
  milliseconds = 8_000,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(complaint);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Real time has to pass in tests of real parts. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
