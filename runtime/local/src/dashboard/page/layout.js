// A layered layout: boxes in columns from left to right, so that edges lead to the right where they can and cross little.

const GAP_X = 74;
const GAP_Y = 18;
const ROUNDS = 12;

/** Gives `boxes` ({id, w, h}) an x and a y of their left upper corner, and `edges` ({from, to}) their points. */
export function layout(boxes, edges) {
  const index = new Map(boxes.map((box, at) => [box.id, at]));
  const links = edges.map((edge) => ({ edge, from: index.get(edge.from), to: index.get(edge.to) }))
    .filter((link) => link.from !== undefined && link.to !== undefined);
  turnCycles(boxes.length, links);
  const straight = links.filter((link) => link.from !== link.to);
  const rank = ranks(boxes.length, straight);
  const nodes = boxes.map((box, at) => ({ box, rank: rank[at], w: box.w, h: box.h, before: [], after: [], y: 0 }));
  for (const link of straight) link.path = chain(nodes, link);
  const columns = [];
  for (const node of nodes) (columns[node.rank] ??= []).push(node);
  order(columns);
  place(columns);
  let x = 0;
  for (const column of columns) {
    const width = Math.max(...column.map((node) => node.w));
    for (const node of column) [node.x, node.column] = [x, { x, width }];
    x += width + GAP_X;
  }
  for (const node of nodes) if (node.box) Object.assign(node.box, { x: node.x, y: node.y });
  for (const link of links) link.edge.points = link.path ? points(link) : [];
  const bottom = Math.max(0, ...nodes.map((node) => node.y + node.h));
  return { width: Math.max(0, x - GAP_X), height: bottom };
}

/** Turns edges around that lead back to where they came from, for the layout only. */
function turnCycles(count, links) {
  const state = new Array(count).fill(0);
  const out = new Map();
  for (const link of links) out.set(link.from, [...(out.get(link.from) ?? []), link]);
  const visit = (node) => {
    state[node] = 1;
    for (const link of out.get(node) ?? []) {
      if (state[link.to] === 1) link.turned = link.to !== link.from;
      else if (state[link.to] === 0) visit(link.to);
    }
    state[node] = 2;
  };
  for (let node = 0; node < count; node++) if (state[node] === 0) visit(node);
  for (const link of links) if (link.turned) [link.from, link.to] = [link.to, link.from];
}

/** The column of each node: behind all that lead to it, and as near as can be to what it leads to. */
function ranks(count, links) {
  const rank = new Array(count).fill(0);
  for (let round = 0; round < count; round++) {
    let moved = false;
    for (const { from, to } of links) {
      if (rank[to] <= rank[from]) {
        rank[to] = rank[from] + 1;
        moved = true;
      }
    }
    if (!moved) break;
  }
  for (let node = 0; node < count; node++) {
    const entering = links.some((link) => link.to === node);
    const targets = links.filter((link) => link.from === node).map((link) => rank[link.to]);
    if (!entering && targets.length) rank[node] = Math.max(rank[node], Math.min(...targets) - 1);
  }
  return rank;
}

/** The nodes of an edge, with one that has no box in each column between. */
function chain(nodes, link) {
  const path = [nodes[link.from]];
  for (let rank = nodes[link.from].rank + 1; rank < nodes[link.to].rank; rank++) {
    const bend = { rank, w: 0, h: 6, before: [], after: [], y: 0, box: null };
    nodes.push(bend);
    path.push(bend);
  }
  path.push(nodes[link.to]);
  for (let at = 1; at < path.length; at++) {
    path[at - 1].after.push(path[at]);
    path[at].before.push(path[at - 1]);
  }
  return path;
}

function crossings(columns) {
  let count = 0;
  for (const column of columns) {
    const ends = column.flatMap((node) => node.after.map((next) => [node.place, next.place]));
    for (let one = 0; one < ends.length; one++)
      for (let two = one + 1; two < ends.length; two++)
        if ((ends[one][0] - ends[two][0]) * (ends[one][1] - ends[two][1]) < 0) count++;
  }
  return count;
}

/** Orders each column by the places of the neighbours, to and fro, and keeps the best. */
function order(columns) {
  const number = (column) => column.forEach((node, place) => (node.place = place));
  columns.forEach(number);
  let best = columns.map((column) => [...column]);
  let least = crossings(columns);
  for (let round = 0; round < ROUNDS && least > 0; round++) {
    const side = round % 2 === 0 ? "before" : "after";
    const sweep = round % 2 === 0 ? columns : [...columns].reverse();
    for (const column of sweep) {
      const mean = new Map(column.map((node) => {
        const places = node[side].map((other) => other.place);
        return [node, places.length ? places.reduce((sum, place) => sum + place, 0) / places.length : node.place];
      }));
      column.sort((one, two) => mean.get(one) - mean.get(two));
      number(column);
    }
    const count = crossings(columns);
    if (count < least) {
      least = count;
      best = columns.map((column) => [...column]);
    }
  }
  best.forEach((column, at) => {
    columns[at] = column;
    number(column);
  });
}

/** Moves nodes up and down towards their neighbours, without changing the order of a column. */
function place(columns) {
  for (const column of columns) {
    let y = 0;
    for (const node of column) {
      node.y = y;
      y += node.h + GAP_Y;
    }
  }
  const middle = (node) => node.y + node.h / 2;
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const isForth = round % 2 === 0;
    for (const column of isForth ? columns : [...columns].reverse()) {
      const wanted = column.map((node) => {
        const near = isForth ? node.before : node.after;
        const others = near.length ? near : isForth ? node.after : node.before;
        return others.length ? others.reduce((sum, other) => sum + middle(other), 0) / others.length - node.h / 2 : node.y;
      });
      spread(column, wanted);
    }
  }
  const top = Math.min(...columns.flat().map((node) => node.y));
  for (const node of columns.flat()) node.y -= top;
}

/** Places as near to the wanted ones as the order and the gaps allow: groups that would overlap share the difference. */
function spread(column, wanted) {
  const groups = [];
  column.forEach((node, at) => {
    groups.push({ from: at, to: at, sum: wanted[at], count: 1, size: node.h + GAP_Y });
    while (groups.length > 1) {
      const [above, below] = [groups.at(-2), groups.at(-1)];
      if (above.sum / above.count + above.size <= below.sum / below.count) break;
      groups.pop();
      above.sum += below.sum - below.count * above.size;
      above.count += below.count;
      above.size += below.size;
      above.to = below.to;
    }
  });
  for (const group of groups) {
    let y = group.sum / group.count;
    for (let at = group.from; at <= group.to; at++) {
      column[at].y = y;
      y += column[at].h + GAP_Y;
    }
  }
}

/** The points of an edge: from the side of a box to the side of the other, level through the columns between. */
function points({ path, turned, edge }) {
  const [first, last] = [path[0], path.at(-1)];
  const found = [{ x: first.x + first.w, y: port(first, edge) }];
  for (const bend of path.slice(1, -1)) {
    const y = bend.y + bend.h / 2;
    found.push({ x: bend.column.x, y }, { x: bend.column.x + bend.column.width, y });
  }
  found.push({ x: last.x, y: port(last, edge) });
  return turned ? found.reverse() : found;
}

/** Where an edge touches a box. */
const port = (node, edge) => node.y + node.h / 2 + (edge.shift?.[node.box?.id] ?? 0);
