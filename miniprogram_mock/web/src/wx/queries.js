// createSelectorQuery: where an element stands, how large it is, and the canvas itself.

export function queries(phone) {
  phone.find = (page, selector) => page._$.getShadowRoot().querySelector(selector)?.$$ ?? null;
  phone.query = (component) => new Query(phone, component);
  return {
    plain: { createSelectorQuery: () => new Query(phone, null) },
  };
}

class Query {
  constructor(phone, component) {
    this.phone = phone;
    this.component = component;
    this.asked = [];
  }

  in(component) {
    this.component = component;
    return this;
  }

  select = (selector) => new Nodes(this, (root) => root.querySelector(selector), false);
  selectAll = (selector) => new Nodes(this, (root) => root.querySelectorAll(selector), true);
  selectViewport = () => new Nodes(this, null, false);

  exec(done) {
    setTimeout(() => {
      const component = this.component ?? this.phone.pages.top().page;
      const root = component._$.getShadowRoot();
      const origin = this.phone.frame.screen.getBoundingClientRect();
      const results = this.asked.map(({ find, many, fields, told }) => {
        const found = find ? find(root) : null;
        const read = (one) => (one ? facts(one, fields, origin) : null);
        const result = find === null ? viewport(this.phone, fields) : many ? found.map(read) : read(found);
        told?.(result);
        return result;
      });
      done?.(results);
    }, 0);
    return this;
  }
}

class Nodes {
  constructor(query, find, many) {
    Object.assign(this, { query, find, many });
  }

  fields(fields, told) {
    this.query.asked.push({ find: this.find, many: this.many, fields, told });
    return this.query;
  }

  boundingClientRect = (told) => this.fields({ id: true, dataset: true, rect: true, size: true }, told);
  scrollOffset = (told) => this.fields({ id: true, dataset: true, scrollOffset: true }, told);
  node = (told) => this.fields({ node: true }, told);
  context = (told) => this.fields({ context: true }, told);
}

function facts(element, fields, origin) {
  const node = element.$$;
  const { left, right, top, bottom, width, height } = node.getBoundingClientRect();
  return {
    ...(fields.id && { id: element.id }),
    ...(fields.dataset && { dataset: element.dataset }),
    ...(fields.rect && { left: left - origin.left, right: right - origin.left, top: top - origin.top, bottom: bottom - origin.top }),
    ...(fields.size && { width, height }),
    ...(fields.scrollOffset && { scrollLeft: node.scrollLeft, scrollTop: node.scrollTop, scrollWidth: node.scrollWidth, scrollHeight: node.scrollHeight }),
    ...(fields.node && { node }),
    ...(fields.context && { context: node }),
  };
}

function viewport(phone, fields) {
  const { place } = phone.pages.top();
  return {
    ...(fields.rect && { left: 0, top: 0, right: place.clientWidth, bottom: place.clientHeight }),
    ...(fields.size && { width: place.clientWidth, height: place.clientHeight }),
    ...(fields.scrollOffset && { scrollLeft: place.scrollLeft, scrollTop: place.scrollTop, scrollWidth: place.scrollWidth, scrollHeight: place.scrollHeight }),
  };
}
