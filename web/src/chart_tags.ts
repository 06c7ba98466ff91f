// SPDX-License-Identifier: MIT
// What the lines of a position are, and at which price: written on the candles' left, so that the price axis keeps
// its own figures. A line out of sight has its tag at the edge that it lies beyond.

import type { IPrimitivePaneRenderer, IPrimitivePaneView, ISeriesApi, ISeriesPrimitive, SeriesAttachedParameter, Time } from "lightweight-charts";

export interface Tag {
  price: number;
  text: string;
  ground: string; // colours
  ink: string;
}

interface Placed extends Tag {
  y: number;
}

interface Room {
  top: number; // below the legend
  height: number;
  row: number;
}

type Canvas = Parameters<IPrimitivePaneRenderer["draw"]>[0];

const LEFT = 6; // all in pixels of the page
const PAD = 5;

/** Each beside its line, pushed on where two would lie over each other. */
function placed(tags: Tag[], series: ISeriesApi<"Candlestick">, { top, height, row }: Room): Placed[] {
  const half = row / 2;
  const rows = tags
    .flatMap((tag) => {
      const y = series.priceToCoordinate(tag.price);
      if (y === null) return [];
      const beyond = y < 0 ? " ↑" : y > height ? " ↓" : "";
      return [{ ...tag, text: tag.text + beyond, y: Math.max(top + half, Math.min(y, height - half)) }];
    })
    .sort((a, b) => b.price - a.price);
  rows.forEach((each, i) => {
    if (i > 0) each.y = Math.max(each.y, rows[i - 1]!.y + row);
  });
  for (let i = rows.length - 1; i >= 0; i--) rows[i]!.y = Math.min(rows[i]!.y, (rows[i + 1]?.y ?? height + half) - row);
  return rows;
}

export class Tags implements ISeriesPrimitive<Time> {
  private at: SeriesAttachedParameter<Time, "Candlestick"> | null = null;
  private tags: Tag[] = [];
  private readonly views: IPrimitivePaneView[] = [{ zOrder: () => "top", renderer: () => ({ draw: (target) => this.draw(target) }) }];

  /** `legend`: how far down it reaches. */
  constructor(private readonly legend: () => number) {}

  attached(at: SeriesAttachedParameter<Time, "Candlestick">): void {
    this.at = at;
  }

  detached(): void {
    this.at = null;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views;
  }

  put(tags: Tag[]): void {
    this.tags = tags;
    this.at?.requestUpdate();
  }

  private draw(target: Canvas): void {
    const series = this.at?.series;
    if (!series || this.tags.length === 0) return;
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      const size = this.at!.chart.options().layout.fontSize;
      context.font = `${size}px ${this.at!.chart.options().layout.fontFamily}`;
      context.textBaseline = "middle";
      for (const tag of placed(this.tags, series, { top: this.legend(), height: mediaSize.height, row: size + 6 })) {
        context.fillStyle = tag.ground;
        context.fillRect(LEFT, tag.y - size / 2 - 2, context.measureText(tag.text).width + 2 * PAD, size + 4);
        context.fillStyle = tag.ink;
        context.fillText(tag.text, LEFT + PAD, tag.y + 0.5);
      }
    });
  }
}
