"""Words that a list of English words does not have yet, and that advice is asked with: they are meant as they stand.

Where no article has one, it would be taken for a misspelling of its neighbour: "sexting" of "setting", "covid" of
"could". First what people write on phones, and names of illnesses; then medicines, brands and services; then the rest.
Names of people need no list: few are near to a common word.
"""

NEW_WORDS = frozenset(
    """
    abt adhd asd asmr bday bdsm bestie bff bpd brb btw cbt cmon cptsd cuz dbt diy dms dnd dui emdr ftm fwb fyi hiit
    hiv hmu hrs ibs icu idc idk iirc ikr imho imo iud ivf lbs lgbt lgbtq lgbtqia lmao lmk lol mdma mlm mri mtf nhs
    npd nsfw ocd omg pcos pls plz pmdd pms pov ppl ptsd rly rofl smh snri snris ssri ssris std stds sti stis tbh
    thru thx tlc tmi tmrw ttyl txt txts tysm url usb uti utis wbu wfh wks wtf yolo yrs

    adderall airbnb alexa ambien apps ativan celexa cialis citalopram crossfit cymbalta depakote dropbox effexor
    escitalopram facetime fentanyl fitbit fluoxetine fortnite github gmail grindr hulu insta instagram klonopin
    lamictal lexapro linkedin lorazepam lyft metformin minecraft naltrexone narcan onlyfans ozempic paxil paypal
    pinterest quora reddit seroquel sertraline snapchat spotify suboxone tiktok trello tumblr uber venlafaxine venmo
    vimeo vyvanse wellbutrin whatsapp wifi xanax xbox zoloft

    alexithymia aromantic breadcrumbing breastmilk carb carbs cardio catfished catfishing chatbot cisgender
    codependence coparent coparenting covid crypto cyberbullied cyberbullying cyberstalking deadnaming declutter
    decluttering demisexual derealisation derealization dissociating doomscrolling dysphoria dysphoric emoji emojis
    empath empaths fiance fiancee fiances fiancé fiancée fomo friendzone friendzoned gaslighted gaslighter
    gaslighting gaslit genderfluid genderqueer grandkid grandkids hangry hashtag hashtags homeschooled hypersexual
    hypervigilance hypervigilant inbox inboxes incel incels influencer influencers inlaws keto limerence limerent
    lockdown lovebomb lovebombed lovebombing mansplain mansplaining meds metoo microaggression microaggressions mins
    misgender misgendered misophonia neurodivergent neurodiverse neurotypical nonbinary overshare oversharing
    overthink overthinker overthinking pansexual perimenopause playlist playlists podcasts polyam polyamorous
    polyamory polycule prenup rehome repo ringtone roomie screenshot screenshots selfie selfies sexted sexting sexts
    situationship situationships smartphone smartphones spellcheck stepdad stepkid stepkids stepmom stepmum
    stepparent stim stimming tech telehealth teletherapy texted texting throuple transphobia transphobic unfollow
    unfollowed unfriend unfriending vape vaped vapes vaping vlog voicemail voicemails webcam whatsapped workaround
    workflow
    """.split()
)
