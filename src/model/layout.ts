/** A point of a drawing, in its own unit. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How large something is in a drawing. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the images and the lines between them are to be drawn. */
export interface Layout extends Size {
  /** The middle of each image's box, and its size. */
  readonly boxes: ReadonlyMap<string, Point & Size>;
  readonly lines: readonly {
    readonly from: string;
    readonly to: string;
    readonly points: readonly Point[];
  }[];
}

/** An image in a graph that is drawn as a tree, one line for each time that it is in it. */
export interface TreeLine {
  readonly image: string;
  /** What leads to it from the line above: `│  └─ `. */
  readonly guide: string;
  /** What it is built on besides the image that it stands below. */
  readonly others: readonly string[];
  /** Whether what is built on it stands below an earlier line. */
  readonly isAbove: boolean;
}
