/** Where a checkout is. All absolute. */
export interface Folders {
  /** The working tree's root. */
  readonly root: string;
  /** The program's own folder, inside the git directory. */
  readonly private: string;
  /** The index file. */
  readonly index: string;
}
