import { constants } from "node:fs";
import { access } from "node:fs/promises";

/** Whether a file is there and this process may run it. */
export function canRun(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
