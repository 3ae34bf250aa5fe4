// Owns the characters behind Slack's emoji names, for the names a bot's messages commonly use.
// Slack's whole list: https://github.com/iamcal/emoji-data; a name that is not here stays as it was
// typed.

const NAMES = `
white_check_mark ✅  heavy_check_mark ✔️  ballot_box_with_check ☑️  x ❌
heavy_multiplication_x ✖️  no_entry ⛔  no_entry_sign 🚫  warning ⚠️  rotating_light 🚨
bangbang ‼️  exclamation ❗  heavy_exclamation_mark ❗  question ❓  grey_question ❔
information_source ℹ️  bulb 💡  bell 🔔  no_bell 🔕  mega 📣  loudspeaker 📢  hourglass ⌛
hourglass_flowing_sand ⏳  alarm_clock ⏰  clock1 🕐  clock3 🕒  stopwatch ⏱️  timer_clock ⏲️
calendar 📆  date 📅  spiral_calendar_pad 🗓️  lock 🔒  unlock 🔓  closed_lock_with_key 🔐  key 🔑
shield 🛡️  wrench 🔧  hammer 🔨  hammer_and_wrench 🛠️  gear ⚙️  nut_and_bolt 🔩  link 🔗
paperclip 📎  pushpin 📌  round_pushpin 📍  memo 📝  pencil 📝  pencil2 ✏️  clipboard 📋
page_facing_up 📄  scroll 📜  books 📚  bookmark 🔖  bookmark_tabs 📑  card_index 📇
card_index_dividers 🗂️  file_folder 📁  open_file_folder 📂  file_cabinet 🗄️  inbox_tray 📥
outbox_tray 📤  package 📦  email 📧  e-mail 📧  envelope ✉️  incoming_envelope 📨  mailbox 📫
speech_balloon 💬  thought_balloon 💭  eyes 👀  eye 👁️  wave 👋  raised_hands 🙌  clap 👏  pray 🙏
muscle 💪  thumbsup 👍  +1 👍  thumbsdown 👎  -1 👎  ok_hand 👌  point_right 👉  point_left 👈
point_down 👇  point_up ☝️  handshake 🤝  raised_hand ✋  hand ✋  writing_hand ✍️
see_no_evil 🙈  shrug 🤷  person_shrugging 🤷  tada 🎉  confetti_ball 🎊  balloon 🎈  gift 🎁
sparkles ✨  star ⭐  star2 🌟  zap ⚡  fire 🔥  boom 💥  100 💯  trophy 🏆  medal 🏅
checkered_flag 🏁  triangular_flag_on_post 🚩  white_flag 🏳️  rocket 🚀  ship 🚢  boat ⛵
sailboat ⛵  anchor ⚓  compass 🧭  airplane ✈️  airplane_departure 🛫  airplane_arriving 🛬
door 🚪  house 🏠  office 🏢  construction 🚧  building_construction 🏗️  stop_sign 🛑
octagonal_sign 🛑  bust_in_silhouette 👤  busts_in_silhouette 👥  adult 🧑  man 👨  woman 👩
technologist 🧑‍💻  woman-technologist 👩‍💻  man-technologist 👨‍💻  robot_face 🤖  ghost 👻
skull 💀  detective 🕵️  sleuth_or_spy 🕵️  baby 👶  family 👪  smile 😄  smiley 😃  grinning 😀
grin 😁  slightly_smiling_face 🙂  simple_smile 🙂  wink 😉  blush 😊  thinking_face 🤔
thinking 🤔  neutral_face 😐  confused 😕  disappointed 😞  cry 😢  sob 😭  joy 😂  sweat_smile 😅
heart_eyes 😍  sunglasses 😎  partying_face 🥳  hugging_face 🤗  saluting_face 🫡  heart ❤️
green_heart 💚  blue_heart 💙  yellow_heart 💛  purple_heart 💜  broken_heart 💔  red_circle 🔴
large_red_circle 🔴  large_orange_circle 🟠  large_yellow_circle 🟡  large_green_circle 🟢
large_blue_circle 🔵  large_purple_circle 🟣  large_brown_circle 🟤  black_circle ⚫
white_circle ⚪️  large_red_square 🟥  large_orange_square 🟧  large_yellow_square 🟨
large_green_square 🟩  large_blue_square 🟦  white_large_square ⬜  black_large_square ⬛
small_blue_diamond 🔹  small_orange_diamond 🔸  radio_button 🔘  arrow_right ➡️  arrow_left ⬅️
left_right_arrow ↔️  arrow_up_down ↕️  arrow_up ⬆️  arrow_down ⬇️  arrow_upper_right ↗️  arrow_lower_right ↘️  arrow_forward ▶️
leftwards_arrow_with_hook ↩️  arrow_right_hook ↪️  arrows_counterclockwise 🔄
arrows_clockwise 🔃  repeat 🔁  twisted_rightwards_arrows 🔀  fast_forward ⏩
double_vertical_bar ⏸️  pause_button ⏸️  black_square_for_stop ⏹️  heavy_plus_sign ➕
heavy_minus_sign ➖  heavy_equals_sign 🟰  new 🆕  free 🆓  up 🆙  ok 🆗  sos 🆘  id 🆔  recycle ♻️  wastebasket 🗑️
broom 🧹  scissors ✂️  mag 🔍  mag_right 🔎  bar_chart 📊  chart_with_upwards_trend 📈
chart_with_downwards_trend 📉  computer 💻  desktop_computer 🖥️  phone ☎️  iphone 📱
electric_plug 🔌  battery 🔋  satellite_antenna 📡  floppy_disk 💾  globe_with_meridians 🌐
earth_africa 🌍  earth_americas 🌎  cloud ☁️  sunny ☀️  umbrella ☔  snowflake ❄️  rainbow 🌈
seedling 🌱  coffee ☕  cake 🍰  birthday 🎂  pizza 🍕  beers 🍻  label 🏷️  ticket 🎫
admission_tickets 🎟️  moneybag 💰  credit_card 💳  receipt 🧾  scales ⚖️  classical_building 🏛️
identification_card 🪪  lower_left_ballpoint_pen 🖊️  one 1️⃣  two 2️⃣  three 3️⃣  four 4️⃣
five 5️⃣  six 6️⃣  seven 7️⃣  eight 8️⃣  nine 9️⃣  keycap_ten 🔟
`;

const WORDS = NAMES.trim().split(/\s+/);
const CHARACTERS = new Map(
  WORDS.flatMap((word, place) => (place % 2 === 0 ? [[word, WORDS[place + 1]]] : [])),
);

/** The character for `name` (written without colons), or null where the name is not known. */
export const emoji = (name) => CHARACTERS.get(name) ?? null;
