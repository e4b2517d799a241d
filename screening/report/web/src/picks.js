// Stars and notes: kept in the browser under the campaign's name, and nowhere else.

export class Picks {
  constructor(name) {
    this.key = `digitalis:${name}`;
    this.stars = new Set();
    this.notes = new Map();
    this.kept = true;
    this.listeners = [];
    try {
      const {stars = [], notes = []} = JSON.parse(localStorage.getItem(this.key) ?? '{}');
      this.stars = new Set(stars);
      this.notes = new Map(notes);
      localStorage.setItem(this.key, localStorage.getItem(this.key) ?? '{}');
    } catch {
      this.kept = false;  // refused (private window, policy) or not ours: the page works, the stars last as long as it is open
    }
  }

  toggle(id) {
    if (!this.stars.delete(id)) this.stars.add(id);
    this.save();
  }

  note(id, text) {
    if (text === '') this.notes.delete(id);
    else this.notes.set(id, text);
    this.save();
  }

  save() {
    try {
      localStorage.setItem(this.key, JSON.stringify({stars: [...this.stars], notes: [...this.notes]}));
    } catch {
      this.kept = false;
    }
    for (const listener of this.listeners) listener();
  }
}
