/** Time as a port: production code never asks the machine for the time by itself. */
export interface Clock {
  /** The current instant. */
  now(): Date;
}
