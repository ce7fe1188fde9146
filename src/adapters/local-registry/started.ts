/** One that was started, or that somebody else has started at the same time. */
export interface Started {
  isRunning(): Promise<boolean>;
  /** The end of what it wrote, and what to do about it. */
  lastWords(): Promise<{ readonly said: string; readonly place: string }>;
  /** To be called when it is known whether it is ready. */
  end(isReady: boolean): Promise<void>;
}
