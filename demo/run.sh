#!/bin/sh
# The loop of plan and apply, and both ways out of an edit in the browser, for a newcomer to watch: `make demo`.
# Everything happens in .demo and on loopback. At a terminal it pauses between steps: DEMO_PAUSE says for how many seconds.
set -eu
cd "$(dirname "$0")/.."
root=$PWD

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    bold=$(printf '\033[1m') blue=$(printf '\033[1;36m') faint=$(printf '\033[2m') plain=$(printf '\033[0m')
else
    bold='' blue='' faint='' plain=''
fi

say() { printf '%s\n' "$@"; }

title() {
    say '' "${blue}── $1${plain}"
    shift
    say "$@"
    pause
}

run() { # run COMMAND [CODE]: show it as one would type it, do it, and expect that exit code
    say '' "${bold}\$ $1${plain}"
    code=0
    eval "$1" || code=$?
    [ "$code" = "${2:-0}" ]
    pause
}

pause() {
    if [ -t 1 ]; then sleep "${DEMO_PAUSE:-2}"; fi
}

simulator=
finish() {
    code=$?
    trap - EXIT
    if [ -n "$simulator" ]; then
        kill "$simulator" 2>/dev/null || :
        wait "$simulator" 2>/dev/null || :
    fi
    exit "$code"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

rm -rf .demo
mkdir .demo
git init --quiet .demo 2>/dev/null || : # as your own profile would lie in one
cp -R profiles schemas .demo
rm -f .demo/profiles/*.state.json* # yours, if you applied the examples elsewhere

unset GITHUB_ACTIONS # this is a demonstration there too, not a step with outputs
reconciler simulator --port 0 >.demo/simulator.log 2>&1 &
simulator=$!
until POSTPRESS_BASE_URL=$(sed -n 's/^simulator: //p' .demo/simulator.log) && [ -n "$POSTPRESS_BASE_URL" ]; do
    kill -0 "$simulator" 2>/dev/null || { cat .demo/simulator.log >&2; exit 1; }
    sleep 0.1
done
POSTPRESS_API_KEY=any-key-will-do
XDG_CACHE_HOME=$root/.demo/cache # where reads are remembered: not among yours
export POSTPRESS_BASE_URL POSTPRESS_API_KEY XDG_CACHE_HOME

say '' "${blue}reconciler: a LinkedIn profile as a file${plain}" '' \
    'This demonstration needs no key and sends nothing off this machine. `reconciler simulator` plays the' \
    'API, as strict as the API is documented, and listens on loopback only:' '' \
    "  ${faint}POSTPRESS_BASE_URL=$POSTPRESS_BASE_URL${plain}" \
    "  ${faint}POSTPRESS_API_KEY=$POSTPRESS_API_KEY${plain}" '' \
    'It works on a copy of profiles/full.yaml, an example with every field there is. Entries that have' \
    'an id there are on LinkedIn already, and so they are in the simulator:'
python demo/already_there.py .demo/profiles/full.yaml
cd .demo/profiles
pause

title '1. What would change?' \
    'Nothing was applied yet, so all of the profile is to be sent. `plan` only looks.'
run 'reconciler plan full.yaml'

title '2. Apply it' \
    '--auto-approve stands for the "yes" that you would type. --first-apply says that the entries without' \
    'an id are not on LinkedIn yet, which nobody but you can know: what is there already would be added' \
    'a second time. The plan that you just read would be shown again; here it goes to a file.'
run 'reconciler apply full.yaml --auto-approve --first-apply >plan.txt'

title '3. Is there anything left to do?' \
    'full.state.json now says what was applied. Keep it in git, beside the profile.'
run 'reconciler plan full.yaml'

title '4. Change one line' \
    'From now on the loop is: edit, plan, apply.'
run "sed -i.before 's/^headline: .*/headline: Making busy harbours quiet, with twelve people./' full.yaml"
run 'diff full.yaml.before full.yaml' 1
title '5. Send that line, and nothing else' \
    '-v shows the request, part by part: type and account_id go with every one.'
run 'reconciler -v plan full.yaml'
run 'reconciler apply full.yaml --auto-approve'
run 'reconciler plan full.yaml'

title '6. Somebody edits the profile in the browser' \
    'That is you, at linkedin.com, in a hurry. `drift` looks, and compares with what was applied. LinkedIn may' \
    'show an edit some minutes late, so what was applied just now is not judged: here an hour passes at once.'
python "$root/demo/an_hour_later.py" full.state.json
run "python ../../demo/in_the_browser.py full.yaml headline 'Harbours. Ask me anything!'"
run 'reconciler drift full.yaml'

title '7. One way out: what the file says is right' \
    '`refresh` records what LinkedIn shows. Then the plan says what it would undo, and apply undoes it.' \
    'Reads are rationed; --again reads all the same.'
run 'reconciler refresh full.yaml --again'
run 'reconciler plan full.yaml'
run 'reconciler apply full.yaml --auto-approve'

title '8. The other way out: what was written in the browser is right' \
    '`pull` writes it into the file, and changes nothing else there.'
python "$root/demo/an_hour_later.py" full.state.json
run "python ../../demo/in_the_browser.py full.yaml headline 'Making harbours quiet. We are hiring.'"
run 'reconciler pull --profile full.yaml --again'
run 'reconciler plan full.yaml'

say '' "${blue}── Now with your own profile${plain}" \
    'The key of your account at postpress, and the id of the LinkedIn account connected there, are all' \
    'that it takes:' '' \
    "  export PATH=\"$root/.venv/bin:\$PATH\"" \
    '  mkdir my-profile && cd my-profile && git init' \
    '  reconciler init                        # then put your account_id into profile.yaml' \
    '  reconciler plan                        # needs no key yet' \
    '  export POSTPRESS_API_KEY=pp_live_…' \
    '  reconciler apply' '' \
    'Jobs and degrees that are on LinkedIn already: give them their id in the file, or tell that they are' \
    'there with `reconciler state accept experience.KEY`. What this demonstration made is in .demo.' ''
