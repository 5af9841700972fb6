import { momentText } from '../../html/time.tsx';
import type { AdminPageProps } from './admin-page.tsx';
import { Table } from './table.tsx';

export interface Point {
  readonly at: Date;
  readonly value: number;
}

interface PictureProps extends Pick<AdminPageProps, 't' | 'zone'> {
  /** `id` of the picture. */
  readonly name: string;
  readonly heading: string;
  /** What is counted, as the table's column says. */
  readonly label: string;
  readonly points: readonly Point[];
}

const WIDTH = 720;
const HEIGHT = 124;
const FLOOR = 122;
const TOP = 2;

/** Numbers over time as bars, and the same as a table for those who want to read or cannot see them. */
export function Picture({ name, heading, label, points, t, zone }: PictureProps) {
  const most = Math.max(1, ...points.map(({ value }) => value));
  const step = WIDTH / Math.max(1, points.length);
  const ends = [points[0], points.at(-1)].flatMap((point) => (point ? [point] : []));
  return (
    <figure class="panel" id={name}>
      <figcaption>
        <h2>{heading}</h2>
      </figcaption>
      <p class="scale" aria-hidden="true">
        {most.toLocaleString(t.lang)}
      </p>
      <svg
        class="picture"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('admin-overview.picture', { what: heading, most })}
      >
        {points.map(({ at, value }, index) => {
          const height = Math.round((value / most) * (FLOOR - TOP));
          return (
            <rect
              key={at.toJSON()}
              x={Math.round(index * step + step * 0.15)}
              y={FLOOR - height}
              width={Math.max(1, Math.round(step * 0.7))}
              height={height}
            />
          );
        })}
        <line x1="0" x2={WIDTH} y1={FLOOR} y2={FLOOR} />
      </svg>
      <p class="scale" aria-hidden="true">
        {ends.map(({ at }, index) => (
          <span key={index === 0 ? 'begin' : 'end'}>{momentText(at, zone, t)}</span>
        ))}
      </p>
      <details>
        <summary>{t('admin-overview.as-table')}</summary>
        <Table
          caption={heading}
          columns={[
            [t('admin-audit.at'), ({ at }) => momentText(at, zone, t)],
            [label, ({ value }) => value.toLocaleString(t.lang)],
          ]}
          rows={points}
          id={({ at }) => at.toJSON()}
          none="–"
        />
      </details>
    </figure>
  );
}
