/* The web chat of Prag. Plain ES2017, no build step. It speaks the frames of WS /channels/web;
   everything a person types is kept until the server says {"ok": n}. */
(function () {
  'use strict';

  // ------------------------------------------------------------------ words of the page itself

  const TAGS = ['sr-Cyrl', 'sr-Latn', 'sq', 'en'];

  const WORDS = {
    'sr-Cyrl': {
      skip: 'Пређи на поље за писање',
      tongues: 'Језик',
      log: 'Разговор',
      label: 'Ваша порука',
      placeholder: 'Ваше питање…',
      send: 'Пошаљи',
      wait: 'Повезујем се…',
      on: 'На вези',
      off: 'Нема везе',
      offlineNote: 'Нема везе, покушавам поново. Можете да пишете: порука ће отићи чим се веза врати.',
      sending: 'Шаље се',
      waiting: 'Чека везу',
      sent: 'Послато',
      failed: 'Није послато',
      again: 'Пошаљи поново',
      you: 'Ви:',
      bot: 'Праг:',
      typing: 'Праг припрема одговор',
      left: 'Можете још знакова: {n}',
      over: 'Порука је предугачка. Скратите је, знакова вишка: {n}',
      newer: 'Нова порука',
      menu: 'Мени',
      help: 'Важни одговори за читање',
      print: 'Одштампај разговор',
      erase: 'Ово је заједнички телефон: обриши разговор са овог уређаја',
      sure: 'Да обришем разговор са овог уређаја? Овде се поруке више неће видети.',
      eraseYes: 'Да, обриши',
      eraseNo: 'Не, остави',
      eraseNote: 'Брише се само на овом уређају. Ако желите да обришемо све што о Вама чувамо, напишите у разговору: заборави ме.',
      forgotten: 'Разговор је обрисан са овог уређаја.',
      noStore: 'Овај прегледач не чува разговор. Кад затворите страницу, разговор нестаје.',
      who: 'Праг је програм који одговара на питања о повратку, имовини, документима и подршци.',
      intro: 'Питајте својим речима, на свом језику. Бесплатно је.',
      starters: 'На пример:',
      start1: 'Бесплатна правна помоћ',
      start2: 'Где да извадим документа?',
      start3: 'Моја кућа и земља',
      topics: 'Све теме',
      danger: 'У опасности позовите:',
      police: 'полиција',
      fire: 'ватрогасци',
      ambulance: 'хитна помоћ'
    },
    sq: {
      skip: 'Kalo te fusha për të shkruar',
      tongues: 'Gjuha',
      log: 'Biseda',
      label: 'Mesazhi juaj',
      placeholder: 'Pyetja juaj…',
      send: 'Dërgo',
      wait: 'Po lidhem…',
      on: 'I lidhur',
      off: 'S’ka lidhje',
      offlineNote: 'S’ka lidhje, po provoj përsëri. Mund të shkruani: mesazhi do të niset sapo të kthehet lidhja.',
      sending: 'Po dërgohet',
      waiting: 'Pret lidhjen',
      sent: 'U dërgua',
      failed: 'Nuk u dërgua',
      again: 'Dërgo përsëri',
      you: 'Ju:',
      bot: 'Prag:',
      typing: 'Prag po përgatit përgjigjen',
      left: 'Mund të shkruani edhe {n} shenja',
      over: 'Mesazhi është shumë i gjatë. Shkurtojeni, shenja të tepërta: {n}',
      newer: 'Mesazh i ri',
      menu: 'Menyja',
      help: 'Përgjigje të rëndësishme për lexim',
      print: 'Printo bisedën',
      erase: 'Ky telefon përdoret nga disa veta: fshije bisedën nga kjo pajisje',
      sure: 'Ta fshij bisedën nga kjo pajisje? Mesazhet nuk do të shihen më këtu.',
      eraseYes: 'Po, fshije',
      eraseNo: 'Jo, lëre',
      eraseNote: 'Fshihet vetëm në këtë pajisje. Nëse doni të fshijmë gjithçka që ruajmë për ju, shkruani në bisedë: më harro.',
      forgotten: 'Biseda u fshi nga kjo pajisje.',
      noStore: 'Ky shfletues nuk e ruan bisedën. Kur ta mbyllni faqen, biseda humbet.',
      who: 'Prag është program që u përgjigjet pyetjeve për kthimin, pronën, dokumentet dhe mbështetjen.',
      intro: 'Pyetni me fjalët tuaja, në gjuhën tuaj. Është falas.',
      starters: 'Për shembull:',
      start1: 'Ndihmë juridike falas',
      start2: 'Ku t’i nxjerr dokumentet?',
      start3: 'Shtëpia dhe toka ime',
      topics: 'Të gjitha temat',
      danger: 'Në rrezik telefononi:',
      police: 'policia',
      fire: 'zjarrfikësit',
      ambulance: 'ambulanca'
    },
    en: {
      skip: 'Skip to the writing box',
      tongues: 'Language',
      log: 'Conversation',
      label: 'Your message',
      placeholder: 'Your question…',
      send: 'Send',
      wait: 'Connecting…',
      on: 'Connected',
      off: 'No connection',
      offlineNote: 'No connection, trying again. You can keep writing: your message will go as soon as the connection is back.',
      sending: 'Sending',
      waiting: 'Waiting for connection',
      sent: 'Sent',
      failed: 'Not sent',
      again: 'Send again',
      you: 'You:',
      bot: 'Prag:',
      typing: 'Prag is preparing an answer',
      left: 'Characters left: {n}',
      over: 'The message is too long. Please shorten it, characters too many: {n}',
      newer: 'New message',
      menu: 'Menu',
      help: 'Important answers to read',
      print: 'Print this chat',
      erase: 'This is a shared phone: erase this chat from this device',
      sure: 'Erase this chat from this device? The messages will no longer be shown here.',
      eraseYes: 'Yes, erase',
      eraseNo: 'No, keep it',
      eraseNote: 'This erases it on this device only. If you want us to erase everything we keep about you, write in the chat: forget me.',
      forgotten: 'The chat was erased from this device.',
      noStore: 'This browser does not keep the chat. When you close the page, it is gone.',
      who: 'Prag is a program that answers questions about return, property, documents and support.',
      intro: 'Ask in your own words, in your own language. It is free.',
      starters: 'For example:',
      start1: 'Free legal aid',
      start2: 'Where do I get a birth certificate?',
      start3: 'My house and land',
      topics: 'All topics',
      danger: 'In danger, call:',
      police: 'police',
      fire: 'fire brigade',
      ambulance: 'ambulance'
    }
  };

  // Serbian is written once, in Cyrillic; Latin follows from it.
  WORDS['sr-Latn'] = (function () {
    const from = 'абвгдђежзијклљмнњопрстћуфхцчџш';
    const to = 'a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š'.split(' ');
    const latin = {};
    Object.keys(WORDS['sr-Cyrl']).forEach(function (name) {
      latin[name] = WORDS['sr-Cyrl'][name].replace(/[\u0400-\u04ff]/g, function (letter) {
        const small = letter.toLowerCase();
        const at = from.indexOf(small);
        if (at < 0) return letter;
        return letter === small ? to[at] : to[at].charAt(0).toUpperCase() + to[at].slice(1);
      });
    });
    return latin;
  })();

  const LONGEST = 4000;      // characters in one message
  const KEPT = 50;           // messages kept on the device
  const KEPT_DAYS = 60;      // and for how long
  const SHOWN = 200;         // messages in the page, for phones with little memory
  const PATIENCE = 15000;    // ms without {"ok"} before the connection is taken for dead

  const $ = function (id) { return document.getElementById(id); };
  const log = $('log');
  const list = $('list');
  const box = $('box');

  // ------------------------------------------------------------------ what the device keeps

  const store = (function () {
    const memory = {};
    let local = null;
    try {
      local = window.localStorage;
      local.setItem('prag.probe', '1');
      local.removeItem('prag.probe');
    } catch (error) {
      local = null;
    }
    function drop(name) {
      delete memory[name];
      try { if (local) local.removeItem('prag.' + name); } catch (error) { /* gone anyway */ }
    }
    return {
      works: !!local,
      get: function (name, otherwise) {
        let text = memory[name];
        try {
          if (text === undefined && local) text = local.getItem('prag.' + name);
          return text === null || text === undefined ? otherwise : JSON.parse(text);
        } catch (error) {
          return otherwise;
        }
      },
      set: function (name, value) {
        if (erased) return;
        if (value === null) return drop(name);
        const text = JSON.stringify(value);
        try {
          if (!local) throw new Error('no storage');
          local.setItem('prag.' + name, text);
          delete memory[name];
        } catch (error) {
          drop(name);
          memory[name] = text;
        }
      },
      drop: drop,
      list: function (name) {
        const value = this.get(name, []);
        return Array.isArray(value) ? value : [];
      }
    };
  })();

  let erased = false;                                   // set once this page may write nothing more
  let key = store.get('key', null);
  let seen = store.get('seen', null);
  let chosen = store.get('language', null);             // only what the person chose themselves
  let pending = store.list('pending');                  // frames without {"ok"} yet
  let records = [];                                     // the transcript, newest last
  const elements = {};                                  // n or 'm' + id → article element

  if (TAGS.indexOf(chosen) < 0) chosen = null;

  function keepPending(frame) {
    pending.push(frame);
    store.set('pending', store.list('pending').filter(function (f) { return f.n !== frame.n; }).concat(frame));
  }
  function dropPending(n) {
    pending = pending.filter(function (f) { return f.n !== n; });
    store.set('pending', store.list('pending').filter(function (f) { return f.n !== n; }));
  }
  function isPending(n) {
    return pending.some(function (f) { return f.n === n; });
  }
  function sameRecord(a, b) {
    return a.n ? a.n === b.n : a.id !== undefined && a.id === b.id;
  }
  // Reads what is stored before writing, so that two tabs do not wipe out each other's messages.
  function keepRecord(record) {
    const kept = store.list('transcript').filter(function (r) { return !sameRecord(r, record); });
    kept.push(record);
    store.set('transcript', kept.slice(-KEPT));
  }

  let count = 0;
  const prefix = (function () {
    const bytes = new Uint8Array(9);
    let text = Date.now().toString(36);
    try { window.crypto.getRandomValues(bytes); } catch (error) { bytes.forEach(function (b, i) { bytes[i] = Math.random() * 256; }); }
    bytes.forEach(function (b) { text += (b % 36).toString(36); });
    return text;
  })();
  function nextNumber() {
    count += 1;
    return prefix + '-' + count;
  }

  // ------------------------------------------------------------------ language of the page

  function guess() {
    const wished = navigator.languages || [navigator.language || ''];
    for (let i = 0; i < wished.length; i += 1) {
      const tag = String(wished[i]).toLowerCase();
      if (/^(sr|sh|bs|hr|cnr)-latn/.test(tag) || /^(bs|hr|sh|cnr)(-|$)/.test(tag)) return 'sr-Latn';
      if (/^sr(-|$)/.test(tag)) return 'sr-Cyrl';
      if (/^sq(-|$)/.test(tag)) return 'sq';
      if (/^en(-|$)/.test(tag)) return 'en';
    }
    return 'sr-Latn';
  }

  let tongue = 'sr-Latn';

  function word(name) { return WORDS[tongue][name] || ''; }

  function relabel(root) {
    const inLog = list.contains(root);
    const put = function (attribute, how) {
      const found = Array.prototype.slice.call(root.querySelectorAll('[' + attribute + ']'));
      if (root.hasAttribute && root.hasAttribute(attribute)) found.push(root);
      found.forEach(function (element) {
        how(element, word(element.getAttribute(attribute)));
        if (inLog || list.contains(element)) element.lang = tongue;
      });
    };
    put('data-t', function (element, text) {
      // Changing the text node itself is no "addition", so a screen reader is not made to read it again.
      if (element.firstChild && element.firstChild.nodeType === 3) element.firstChild.nodeValue = text;
      else element.textContent = text;
    });
    put('data-t-label', function (element, text) { element.setAttribute('aria-label', text); });
    put('data-t-placeholder', function (element, text) { element.setAttribute('placeholder', text); });
    Array.prototype.forEach.call(root.querySelectorAll('time'), function (time) {
      time.textContent = clock(time.dateTime);
    });
  }

  function setTongue(tag) {
    if (TAGS.indexOf(tag) < 0) return;
    tongue = tag;
    document.documentElement.lang = tag;
    Array.prototype.forEach.call($('tongues').children, function (button) {
      button.setAttribute('aria-pressed', String(button.getAttribute('data-tag') === tag));
    });
    $('help').href = '/articles/help?language=' + tag;
    relabel(document.body);
    showState();
    showCount();
    grow();
  }

  function clock(iso) {
    const date = new Date(iso);
    if (isNaN(date)) return '';
    const how = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };      // sq would else say PM
    if (date.toDateString() !== new Date().toDateString()) {
      how.day = 'numeric';
      how.month = 'short';
    }
    try {
      return date.toLocaleString(tongue === 'en' ? 'en-GB' : tongue, how);
    } catch (error) {
      return date.toLocaleString();
    }
  }

  // ------------------------------------------------------------------ small Markdown → DOM nodes

  const INLINE = new RegExp([
    '\\\\([\\\\*_\\[\\]()#.!+-])',                                   // 1 an escaped sign
    '\\*\\*(?=\\S)([^]*?\\S)\\*\\*(?!\\*)',                          // 2 **bold**
    '\\[([^\\]\\n]+)\\]\\(([^()\\s]+(?:\\([^()\\s]*\\)[^()\\s]*)*)\\)', // 3, 4 [text](address)
    '(https?:\\/\\/[^\\s<>"„“”«»]+)',                                // 5 a bare address
    '([\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+)',                            // 6 e-mail
    '((?:\\+|0)\\d*(?:[ \\u00a0\\/-]?(?:\\(\\d+\\) ?)?\\d+)+)',      // 7 perhaps a telephone
    '(1(?:9[234]|12))(?!\\d)'                                        // 8 perhaps an emergency number
  ].join('|'), 'g');

  function safeAddress(address) {
    return /^(https?:\/\/[^/]|tel:[+\d]|mailto:[^:]+@|\/(?![/\\]))/i.test(address) ? address : null;
  }

  function anchor(address) {
    const a = document.createElement('a');
    a.href = address;
    if (!/^(tel|mailto):/i.test(address)) {
      a.target = '_blank';
      a.rel = 'noopener noreferrer';
    }
    return a;
  }

  // The part of `text` that is a telephone number, or ''. "01/02/2025", "000 000" and amounts are not.
  // What is printed bold is one number and taken whole: an exchange's extension may follow it.
  function telephone(text, before, bold) {
    if (/[\w.,/+-]$/.test(before) || /\d[ \u00a0]$/.test(before)) return '';
    if (/^\d{1,2}[ /-]\d{1,2}[ /-]\d{2,4}$/.test(text)) return '';
    if (!/^(\+|00?)[1-9]/.test(text)) return '';
    const most = bold && /^(\+|00)/.test(text) ? 15 : /^(\+|00)383/.test(text) ? 11 : /^(\+|00)381/.test(text) ? 12 : /^(\+|00)/.test(text) ? 15 : 10;
    const zeros = /^00/.test(text) ? 2 : 0;
    let taken = '';
    let digits = -zeros;
    const groups = text.match(/^\+?\d+|[^\d]*\d+\)?/g) || [];
    for (let i = 0; i < groups.length; i += 1) {
      const more = /\(0\)/.test(groups[i]) ? 0 : groups[i].replace(/\D/g, '').length;
      if (digits + more > most) break;
      digits += more;
      taken += groups[i];
    }
    return digits >= 8 ? taken : '';
  }

  function telephoneLink(text) {
    const a = anchor('tel:' + text.replace(/\(0\)/, '').replace(/[^\d+]/g, ''));
    a.className = 'tel';
    a.textContent = text;
    return a;
  }

  function inline(text, into, bold, linked) {
    const pattern = new RegExp(INLINE.source, 'g');
    let plain = '';
    let at = 0;
    let match;
    const flush = function () {
      if (plain) into.appendChild(document.createTextNode(plain));
      plain = '';
    };
    while ((match = pattern.exec(text))) {
      plain += text.slice(at, match.index);
      const before = text.slice(0, match.index);
      let used = match[0];
      let node = null;
      if (match[1]) {
        plain += match[1];
      } else if (match[2]) {
        node = document.createElement('strong');
        inline(match[2], node, true, linked);
      } else if (match[3]) {
        const address = linked ? null : safeAddress(match[4]);
        if (address) {
          node = anchor(address);
          inline(match[3], node, bold, true);
        } else {
          node = document.createElement('span');
          inline(match[3], node, bold, linked);
        }
      } else if (match[5] && !linked) {
        used = match[5].replace(/[.,;:!?'"»*]+$/, '');
        while (/\)$/.test(used) && used.split(')').length > used.split('(').length) used = used.slice(0, -1);
        node = anchor(used);
        node.textContent = used.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '');
      } else if (match[6] && !linked) {
        node = anchor('mailto:' + used);
        node.textContent = used;
      } else if (match[7] && !linked && telephone(match[7], before, bold)) {
        used = telephone(match[7], before, bold);
        node = telephoneLink(used);
      } else if (match[8] && bold && !linked && emergency(before, text.slice(match.index + used.length))) {
        node = telephoneLink(used);
      } else {
        plain += used;
      }
      if (node) {
        flush();
        into.appendChild(node);
      }
      at = match.index + used.length;
      pattern.lastIndex = at;
    }
    plain += text.slice(at);
    flush();
  }

  // 192 in "Police: 192" or "192/193/194" is a number to call; in "112 EUR", "1.192" or "192/2010" it is not.
  function emergency(before, after) {
    const parts = /^[.,/-](\d+)/.exec(after);
    if (parts && !/^1(9[234]|12)$/.test(parts[1])) return false;
    if (/^\s*(€|%|eur|евр|evr|din|дин|rsd|год|god|vjet|vit|year|day|дан|dan|dit|m²|km)/i.test(after)) return false;
    const lead = /(\d+)[.,/ \u00a0-]$/.exec(before);
    if (lead && !/^1(9[234]|12)$/.test(lead[1])) return false;
    return !/[\w\u0400-\u04ff€]$|€\s$/.test(before);
  }

  // When and whence an answer is, and the footnote: needed, but after the answer itself.
  const ASIDE = /^(?:(?:Проверено|Provereno|Kontrolluar|Checked): |\*[^*\s])/;
  // The way through the menu to the answer below it.
  const TRAIL = /^(?:Мени|Meni|Menyja|Menu) › /;

  function markdown(text, into) {
    const lines = String(text).replace(/\r\n?/g, '\n').split('\n');
    let open = null;      // the paragraph or list being filled
    let kind = '';
    let item = null;
    let gap = false;
    lines.forEach(function (line) {
      const bullet = /^ {0,6}[-•] +(.*)$/.exec(line);
      const numbered = /^ {0,6}(\d{1,3})[.)] +(.*)$/.exec(line);
      const heading = /^#{1,4} +(.*)$/.exec(line);
      if (/^\s*$/.test(line)) {
        gap = true;
        return;
      }
      if (bullet || numbered) {
        const wanted = bullet ? 'ul' : 'ol';
        if (kind !== wanted || (gap && bullet)) {
          open = document.createElement(wanted);
          if (numbered && numbered[1] !== '1') open.start = Number(numbered[1]);
          kind = wanted;
          into.appendChild(open);
        }
        item = document.createElement('li');
        open.appendChild(item);
        inline(bullet ? bullet[1] : numbered[2], item, false, false);
      } else if (heading) {
        open = document.createElement('p');
        open.className = 'heading';
        into.appendChild(open);
        inline(heading[1], open, true, false);
        kind = '';
      } else if ((kind === 'ul' || kind === 'ol') && (!gap || /^ {2,}/.test(line))) {
        item.appendChild(document.createElement('br'));
        inline(line.trim(), item, false, false);
      } else if (kind === 'p' && !gap) {
        open.appendChild(document.createElement('br'));
        inline(line.trim(), open, false, false);
      } else {
        open = make('p', ASIDE.test(line) ? 'aside' : TRAIL.test(line) ? 'trail' : '');
        into.appendChild(open);
        inline(line.trim(), open, false, false);
        kind = 'p';
      }
      gap = false;
    });
  }

  // ------------------------------------------------------------------ messages on the page

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }
  function label(tag, className, name) {
    const element = make(tag, className, word(name));
    element.setAttribute('data-t', name);
    return element;
  }
  function stamp(at) {
    const time = make('time');
    time.dateTime = at || '';
    time.textContent = clock(at);
    return time;
  }

  function showIncoming(record) {
    const article = make('article', 'said bot');
    if (/^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$/.test(record.language || '')) article.lang = record.language;
    article.appendChild(label('span', 'vh', 'bot'));
    const bubble = make('div', 'bubble');
    markdown(record.text || '', bubble);
    article.appendChild(bubble);
    const buttons = Array.isArray(record.buttons) ? record.buttons : [];
    if (buttons.length) {
      const row = make('div', 'choices');
      if (buttons.some(languageFrame)) article.classList.add('hello');
      buttons.forEach(function (button) {
        const url = button.url && safeAddress(String(button.url));
        if (url) {
          const a = anchor(url);
          a.className = 'choice link';
          a.appendChild(make('span', '', button.label));
          const arrow = make('span', 'arrow', ' ↗');
          arrow.setAttribute('aria-hidden', 'true');
          a.appendChild(arrow);
          row.appendChild(a);
        } else if (button.choice) {
          const choice = make('button', languageFrame(button) ? 'choice tongue' : 'choice', button.label);
          choice.type = 'button';
          let last = 0;
          choice.addEventListener('click', function () {
            if (Date.now() - last < 900) return;      // a shaky finger taps twice
            last = Date.now();
            choose(String(button.choice), String(button.label), record.language);
          });
          row.appendChild(choice);
        }
      });
      article.appendChild(row);
    }
    const meta = make('p', 'meta');
    meta.appendChild(stamp(record.at));
    article.appendChild(meta);
    return article;
  }

  const MARKS = {
    sending: 'M12 3a9 9 0 1 0 .01 0M12 7v5.5l3.5 2',
    waiting: 'M12 3a9 9 0 1 0 .01 0M12 7v5.5l3.5 2',
    sent: 'M5 12.5l4.5 4.5L19 7.5',
    failed: 'M12 5v9M12 18v.5'
  };
  function mark(article, name) {
    const line = article.querySelector('.mark');
    if (!line || line.getAttribute('data-mark') === name) return;
    line.setAttribute('data-mark', name);
    line.querySelector('path').setAttribute('d', MARKS[name]);
    const text = line.querySelector('[data-t]');
    text.setAttribute('data-t', name);
    relabel(text);
  }

  function showOutgoing(record) {
    const article = make('article', 'said me');
    if (record.language) article.lang = record.language;
    article.appendChild(label('span', 'vh', 'you'));
    const bubble = make('div', 'bubble');
    String(record.said).split('\n').forEach(function (line, i) {
      if (i) bubble.appendChild(document.createElement('br'));
      bubble.appendChild(document.createTextNode(line));
    });
    article.appendChild(bubble);
    const meta = make('p', 'meta');
    meta.appendChild(stamp(record.at));
    const line = make('span', 'mark');
    const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    picture.setAttribute('viewBox', '0 0 24 24');
    picture.setAttribute('aria-hidden', 'true');
    picture.setAttribute('focusable', 'false');
    picture.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'path'));
    line.appendChild(picture);
    line.appendChild(label('span', '', 'sending'));
    meta.appendChild(line);
    article.appendChild(meta);
    mark(article, record.failed ? 'failed' : isPending(record.n) ? (open ? 'sending' : 'waiting') : 'sent');
    if (record.failed) offerAgain(article, record);
    return article;
  }

  function offerAgain(article, record) {
    const again = label('button', 'choice again', 'again');
    again.type = 'button';
    again.addEventListener('click', function () {
      again.remove();
      record.failed = false;
      keepRecord(record);
      keepPending(record.frame);
      mark(article, open ? 'sending' : 'waiting');
      flush();
    });
    article.appendChild(again);
  }

  function show(record) {
    let element;
    if (record.turn) element = make('p', 'turn', record.turn);
    else if (record.n) element = showOutgoing(record);
    else element = showIncoming(record);
    if (record.turn) element.lang = record.language;
    if (record.n) elements[record.n] = element;
    list.appendChild(element);
    records.push(record);
    $('starters').hidden = true;
    while (list.children.length > SHOWN) list.removeChild(list.firstChild);
    return element;
  }

  // Buttons of the newest group of answers stand out; older ones stay usable but step back.
  function quieten() {
    let newest = true;
    for (let element = list.lastElementChild; element; element = element.previousElementSibling) {
      if (!element.classList.contains('bot')) newest = false;
      element.classList.toggle('old', !newest);
    }
  }

  function notice(text, className) {
    list.appendChild(make('p', 'turn ' + (className || ''), text));
    follow(null);
  }

  // ------------------------------------------------------------------ scrolling

  let first = null;           // the first answer since the person last wrote: kept in view when answers are long
  let atBottom = true;
  let placed = -1;

  function scroller() {
    return window.getComputedStyle(log).overflowY === 'visible' ? document.scrollingElement || document.documentElement : log;
  }
  function noteScroll() {
    const area = scroller();
    atBottom = area.scrollHeight - area.scrollTop - area.clientHeight < 90;
    if (atBottom) $('newer').hidden = true;
  }
  function toBottom() {
    const area = scroller();
    area.scrollTop = list.firstChild ? area.scrollHeight : 0;      // an empty chat begins with who we are
    placed = area.scrollTop;
    noteScroll();
  }
  function follow(element) {
    const area = scroller();
    if (!atBottom && Math.abs(area.scrollTop - placed) > 3) {
      if (element) $('newer').hidden = false;
      return;
    }
    if (element && !first) first = element;
    area.scrollTop = area.scrollHeight;
    if (first && first.isConnected !== false) {
      const top = area === log ? log.getBoundingClientRect().top : 0;
      const over = first.getBoundingClientRect().top - top - 10;
      if (over < 0) area.scrollTop += over;
    }
    placed = area.scrollTop;
    noteScroll();
  }

  log.addEventListener('scroll', noteScroll, { passive: true });
  window.addEventListener('scroll', noteScroll, { passive: true });
  $('newer').addEventListener('click', function () {
    toBottom();
    log.focus({ preventScroll: true });
  });

  function fit() {
    const stay = atBottom;
    const view = window.visualViewport;
    const app = $('app');
    // iOS lays its keyboard over the page; Android shrinks the window by itself. Never while pinch-zoomed.
    if (view && view.scale < 1.01 && window.innerHeight - view.height > 80) {
      app.style.height = Math.round(view.height) + 'px';
      window.scrollTo(0, 0);
    } else {
      app.style.height = '';
    }
    grow();
    if (stay) toBottom();
  }
  window.addEventListener('resize', fit);
  if (window.visualViewport) window.visualViewport.addEventListener('resize', fit);

  // ------------------------------------------------------------------ sending

  function post(frame, record) {
    frame.n = nextNumber();
    first = null;
    hush();
    keepPending(frame);
    if (record) {
      record.n = frame.n;
      record.at = new Date().toISOString();
      keepRecord(record);
      show(record);
    }
    fresh = [];
    quieten();
    toBottom();
    flush();
  }

  function say(text) {
    post({ text: text }, { said: text });
  }

  function choose(payload, said, language) {
    const tag = /^language_(.+)$/.exec(payload);
    if (tag && TAGS.indexOf(tag[1]) >= 0) return chooseLanguage(tag[1]);
    post({ choice: payload }, said ? { said: said, language: language } : null);
  }

  function languageFrame(frame) {
    return /^language_/.test(frame.choice || '');
  }

  function chooseLanguage(tag) {
    chosen = tag;
    store.set('language', tag);
    // A switch that never left is overtaken by this one.
    pending.filter(function (f) { return languageFrame(f) && !inFlight[f.n]; }).forEach(function (f) {
      dropPending(f.n);
      if (elements[f.n]) elements[f.n].remove();
      const kept = store.list('transcript').filter(function (r) { return r.n !== f.n; });
      store.set('transcript', kept);
    });
    setTongue(tag);
    const button = $('tongues').querySelector('[data-tag="' + tag + '"]');
    post({ choice: 'language_' + tag }, { turn: button.textContent, language: tag });
  }

  function flush() {
    if (!open) return;
    pending.forEach(function (frame) {
      if (inFlight[frame.n]) return;
      inFlight[frame.n] = Date.now();
      try {
        socket.send(JSON.stringify(frame));
      } catch (error) {
        delete inFlight[frame.n];
        return;
      }
      if (elements[frame.n]) mark(elements[frame.n], 'sending');
      think();
    });
  }

  // ------------------------------------------------------------------ "preparing an answer"

  let thinking = 0;
  function think() {
    clearTimeout(thinking);
    thinking = setTimeout(hush, 10000);
    $('dots').hidden = false;
    $('typing').textContent = word('typing');
    if (atBottom) toBottom();
  }
  function hush() {
    clearTimeout(thinking);
    $('dots').hidden = true;
    $('typing').textContent = '';
  }

  // ------------------------------------------------------------------ the connection

  let socket = null;
  let open = false;
  let tries = 0;
  let retry = 0;
  let opening = 0;
  let state = 'wait';
  let inFlight = {};          // n → when it was handed to this connection
  let greeted = false;        // has this connection said {"key"} yet?
  let fresh = [];             // answers of this connection to what was last said
  let heard = 0;              // when the server last said anything
  let away = 0;
  let unread = 0;

  function showState() {
    const chip = $('state');
    chip.setAttribute('data-state', state);
    if (chip.textContent !== word(state)) chip.textContent = word(state);
    $('app').setAttribute('data-state', state);
    const hidden = $('offline').hidden;
    $('offline').hidden = state !== 'off';
    if (hidden !== $('offline').hidden && atBottom) toBottom();
  }
  function setState(next) {
    state = next;
    showState();
    if (next === 'off') {
      pending.forEach(function (frame) {
        if (elements[frame.n]) mark(elements[frame.n], 'waiting');
      });
    }
  }

  function connect() {
    clearTimeout(retry);
    clearTimeout(opening);
    if (erased) return;
    const mine = new WebSocket((location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/channels/web');
    socket = mine;
    opening = setTimeout(function () { if (socket === mine && !open) lost(mine); }, 12000);
    mine.onopen = function () {
      if (socket !== mine) return;
      clearTimeout(opening);
      open = true;
      inFlight = {};
      greeted = false;
      fresh = [];
      heard = Date.now();
      setState('on');
      mine.send(JSON.stringify({ hello: key, seen: seen, language: tongue }));
      flush();
    };
    mine.onmessage = function (event) {
      if (socket !== mine) return;
      let frame = null;
      try { frame = JSON.parse(event.data); } catch (error) { return; }
      if (!frame || typeof frame !== 'object') return;
      tries = 0;
      heard = Date.now();
      take(frame);
    };
    mine.onclose = function () { lost(mine); };
    mine.onerror = function () { /* onclose follows */ };
  }

  function lost(which) {
    if (socket !== which) return;
    socket = null;
    open = false;
    clearTimeout(opening);
    hush();
    try { which.close(); } catch (error) { /* already closed */ }
    const pause = Math.min(30000, 1000 * Math.pow(2, Math.min(tries, 5)));
    tries += 1;
    // One quick failure is not worth alarming anybody.
    if (tries > 1 || navigator.onLine === false) setState('off');
    else {
      setState('wait');
      setTimeout(function () { if (!open && state === 'wait') setState('off'); }, 2500);
    }
    retry = setTimeout(connect, Math.max(1000, pause * (0.6 + Math.random() * 0.4)));
  }

  function atOnce() {
    if (erased) return;
    const old = socket;
    socket = null;
    open = false;
    if (old) try { old.close(); } catch (error) { /* already closed */ }
    connect();
  }

  window.addEventListener('online', atOnce);
  window.addEventListener('offline', function () { if (socket) lost(socket); else setState('off'); });
  window.addEventListener('pageshow', function (event) { if (event.persisted) atOnce(); });
  document.addEventListener('visibilitychange', function () {
    if (document.hidden) {
      away = Date.now();
      return;
    }
    unread = 0;
    document.title = document.title.replace(/^\(\d+\) /, '');
    // After a long sleep a connection often only looks alive.
    if (!open || Date.now() - away > 60000) atOnce();
  });

  // A connection that swallows messages without {"ok"} is replaced; the same n makes resending harmless.
  setInterval(function () {
    if (!open) return;
    const now = Date.now();
    const stuck = Object.keys(inFlight).some(function (n) { return isPending(n) && now - inFlight[n] > PATIENCE; });
    if (stuck && now - heard > PATIENCE) lost(socket);
  }, 3000);

  // ------------------------------------------------------------------ frames from the server

  function take(frame) {
    if ('key' in frame) takeKey(frame.key);
    if ('ok' in frame) takeOk(String(frame.ok));
    if ('error' in frame) takeError(frame);
    if ('id' in frame && 'text' in frame) takeMessage(frame);
  }

  function takeKey(next) {
    const atHello = !greeted;
    greeted = true;
    if (next === null) return key === null ? undefined : forget(atHello);
    if (key !== null && next !== key) {
      // The server knows us by another name now: its numbers start afresh.
      seen = null;
      records.forEach(function (record) { delete record.id; });
      store.set('transcript', store.list('transcript').map(function (r) { delete r.id; return r; }));
      store.set('seen', null);
    }
    key = next;
    store.set('key', next);
  }

  function takeOk(n) {
    if (!isPending(n)) return;
    dropPending(n);
    if (elements[n]) mark(elements[n], 'sent');
  }

  function takeError(frame) {
    hush();
    // The frame that failed is the one named, or else the oldest still without an {"ok"}.
    const failed = pending.filter(function (f) { return frame.n ? f.n === frame.n : inFlight[f.n]; })[0];
    if (failed) {
      dropPending(failed.n);
      const record = records.filter(function (r) { return r.n === failed.n; })[0];
      if (record && record.said) {
        record.failed = true;
        record.frame = failed;
        keepRecord(record);
        mark(elements[failed.n], 'failed');
        offerAgain(elements[failed.n], record);
      }
    }
    notice(String(frame.error), 'wrong');
  }

  function takeMessage(frame) {
    if (seen !== null && frame.id <= seen) return;
    if (records.some(function (r) { return r.id === frame.id; })) return;
    const record = { id: frame.id, text: String(frame.text), language: frame.language, buttons: frame.buttons || [], at: frame.at };
    hush();
    if (frame.language !== tongue && !pending.some(languageFrame)) setTongue(frame.language);
    const element = show(record);
    fresh.push(element);
    keepRecord(record);
    seen = frame.id;
    store.set('seen', seen);
    quieten();
    follow(element);
    if (document.hidden) {
      unread += 1;
      document.title = '(' + unread + ') ' + document.title.replace(/^\(\d+\) /, '');
    }
  }

  // {"key": null}: nothing of this person stays on the device. What was just answered may still be read, and if
  // the server says so only now, at hello, what was written meanwhile is still on its way.
  function forget(atHello) {
    const saved = atHello ? records.filter(function (r) { return isPending(r.n); }) : [];
    key = null;
    seen = null;
    ['key', 'seen', 'transcript'].forEach(store.drop);
    if (!atHello) {
      pending = [];
      ['pending', 'draft'].forEach(store.drop);
    }
    saved.forEach(keepRecord);
    records = saved;
    const stay = fresh.concat(saved.map(function (r) { return elements[r.n]; }));
    const known = list.children.length > 0;
    Array.prototype.slice.call(list.children).forEach(function (element) {
      if (stay.indexOf(element) < 0) element.remove();
    });
    if (known) {
      const line = label('p', 'turn', 'forgotten');
      line.lang = tongue;
      list.insertBefore(line, list.firstChild);
    }
  }

  // ------------------------------------------------------------------ the writing box

  function grow() {
    box.style.height = 'auto';
    box.style.height = box.scrollHeight + 2 + 'px';
    if (atBottom) toBottom();
  }
  function showCount() {
    const left = LONGEST - box.value.length;
    const line = $('count');
    const text = left < 0 ? word('over').replace('{n}', -left) : left <= 300 ? word('left').replace('{n}', left) : '';
    line.classList.toggle('over', left < 0);
    if (line.textContent !== text) line.textContent = text;
    if (left < 0) box.setAttribute('aria-invalid', 'true');
    else box.removeAttribute('aria-invalid');
  }
  box.addEventListener('input', function () {
    store.set('draft', box.value || null);
    grow();
    showCount();
  });
  box.addEventListener('keydown', function (event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  function submit() {
    const text = box.value.trim();
    if (!text || box.value.length > LONGEST) {
      box.focus();
      return;
    }
    say(text);
    box.value = '';
    store.set('draft', null);
    grow();
    showCount();
    box.focus();
  }
  $('composer').addEventListener('submit', function (event) {
    event.preventDefault();
    submit();
  });

  $('starters').addEventListener('click', function (event) {
    const button = event.target.closest('button');
    if (!button) return;
    const text = button.textContent;
    if (button.value) choose(button.value, text, tongue);
    else say(text);
    log.focus({ preventScroll: true });      // the button is gone; the next Tab goes on from here
  });

  // ------------------------------------------------------------------ header: languages and menu

  $('tongues').addEventListener('click', function (event) {
    const tag = event.target.getAttribute('data-tag');
    if (tag && !(tag === tongue && tag === chosen)) chooseLanguage(tag);
  });

  function setMenu(wanted) {
    $('menu').hidden = !wanted;
    $('sure').hidden = true;
    $('menu-button').setAttribute('aria-expanded', String(wanted));
  }
  $('menu-button').addEventListener('click', function () { setMenu($('menu').hidden); });
  document.addEventListener('keydown', function (event) {
    if (event.key === 'Escape' && !$('menu').hidden) {
      setMenu(false);
      $('menu-button').focus();
    }
  });
  document.addEventListener('click', function (event) {
    if (!$('menu').hidden && !document.querySelector('.top').contains(event.target)) setMenu(false);
  });
  $('print').addEventListener('click', function () {
    setMenu(false);
    window.print();
  });
  $('erase').addEventListener('click', function () {
    $('sure').hidden = false;
    $('erase-no').focus();
  });
  $('erase-no').addEventListener('click', function () {
    setMenu(false);
    $('menu-button').focus();
  });
  $('erase-yes').addEventListener('click', function () {
    wipe();
    location.replace('/');
  });
  function wipe() {
    ['key', 'seen', 'language', 'draft', 'pending', 'transcript'].forEach(store.drop);
    erased = true;
    box.value = '';
    if (socket) socket.close();
  }
  // Erased in another tab: this one must show nothing and not write it all back.
  window.addEventListener('storage', function (event) {
    if (event.key === null || (event.key === 'prag.key' && event.newValue === null && key !== null)) {
      erased = true;
      location.replace('/');
    }
  });

  // ------------------------------------------------------------------ start

  document.documentElement.classList.add('js');
  $('no-store').hidden = store.works;

  const oldest = Date.now() - KEPT_DAYS * 86400000;
  const kept = store.list('transcript').filter(function (r) { return r && !(new Date(r.at).getTime() < oldest); });
  const answers = kept.filter(function (r) { return r.id !== undefined && TAGS.indexOf(r.language) >= 0; });
  const newest = answers.length ? answers[answers.length - 1].language : null;
  setTongue((pending.some(languageFrame) ? chosen : null) || newest || chosen || guess());
  log.setAttribute('aria-busy', 'true');
  kept.forEach(show);
  quieten();
  log.setAttribute('aria-busy', 'false');

  box.value = store.get('draft', '') || '';
  grow();
  showCount();
  toBottom();

  const start = /[?&]start=([A-Za-z0-9_-]{1,64})(?:&|$)/.exec(location.search);
  if (start) {
    if (window.history.replaceState) window.history.replaceState(null, '', '/');
    choose(start[1], null, null);
  }

  connect();

  if ('serviceWorker' in navigator) {
    navigator.serviceWorker.register('/sw.js').catch(function () { /* works without it */ });
  }
})();
